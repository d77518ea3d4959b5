import "@fontsource-variable/vazirmatn";
import "./style.css";
import { render } from "preact";
import { App } from "./App";
import { Kept } from "./kept";
import { Phone } from "./phone";

if (import.meta.env.PROD && "serviceWorker" in navigator) void navigator.serviceWorker.register("/field/sw.js", { scope: "/field/" }).catch(() => undefined);
// Asked once, so that the browser does not clear what was not sent when the phone is short of room.
void navigator.storage?.persist?.().catch(() => undefined);
render(<App phone={new Phone(await Kept.open())} />, document.getElementById("root")!);
