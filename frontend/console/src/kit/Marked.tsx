import { directionOf } from "../../../shared/direction";
import { piecesOf, type Hit } from "./search";

/** A snippet with its hits marked; what strangers wrote is text, never markup. */
export function Marked(props: { snippet: Hit["snippet"] }) {
  return (
    <bdi dir={directionOf(props.snippet.text)}>
      {piecesOf(props.snippet).map(({ text, isHit }, index) => (isHit ? <mark key={index}>{text}</mark> : text))}
    </bdi>
  );
}
