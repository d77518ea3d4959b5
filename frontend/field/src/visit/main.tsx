import "@fontsource-variable/vazirmatn";
import "../style.css";
import { render } from "preact";
import { Tracking } from "./Tracking";

render(<Tracking token={location.pathname.split("/")[2] ?? ""} />, document.getElementById("root")!);
