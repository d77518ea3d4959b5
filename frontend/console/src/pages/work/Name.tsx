import { directionOf } from "../../../../shared/direction";

/** A name, subject or number, isolated from the direction of the sentence around it. */
export function Name(props: { of: string }) {
  return <bdi dir={directionOf(props.of)}>{props.of}</bdi>;
}
