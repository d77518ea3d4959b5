import { directionOf } from "../../../../shared/direction";

/** A ticket's number and what stands behind it; null where there is none in front. */
export function tagged(text: string): { number: string; subject: string } | null {
  const [, number, subject] = /^([A-Z]{2}-\d+) (.+)$/su.exec(text) ?? [];
  return number === undefined || subject === undefined ? null : { number, subject };
}

/** A name, subject or number, isolated from the direction of the sentence around it; a ticket's number apart from its subject. */
export function Name(props: { of: string }) {
  const ticket = tagged(props.of);
  if (ticket) return <><bdi dir="ltr">{ticket.number}</bdi> <bdi dir={directionOf(ticket.subject)}>{ticket.subject}</bdi></>;
  return <bdi dir={directionOf(props.of)}>{props.of}</bdi>;
}
