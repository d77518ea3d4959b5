import { IconAlertTriangle, IconLock } from "@tabler/icons-react";
import { Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import type { Id, Iso } from "../../protocol";
import { Name } from "../work/Name";
import { laid, mayMove, shownHours, writtenHours, type DayBoard, type DayTechnician, type Hand, type Offer, type Visit } from "./day";
import css from "./Dispatch.module.css";
import { timeIn, useFinger } from "./finger";
import { useOfferText } from "./Offers";
import { words } from "./words";

interface TimelineProps {
  day: DayBoard;
  chosen: Id | null;
  choose: (id: Id) => void;
  hand: Hand;
  mayDispatch: boolean;
}

/** Who is where when: a row for each technician; a visit is dragged to another time or person, and says before what it costs. */
export function Timeline(props: TimelineProps) {
  const { day } = props;
  const { say } = usePhrases(words);
  const dates = useDates();
  const hours = shownHours(day);
  const marks = writtenHours(hours);
  const at = (hour: number) => new Date(Date.parse(day.begins_at) + hour * 3_600_000).toISOString();
  return (
    <div className={css.timeline} role="table" tabIndex={0} aria-label={say("timeline")} data-testid="timeline">
      <div className={css.row} role="row">
        <div className={css.who} role="columnheader">{say("technician")}</div>
        <div className={css.hours} role="columnheader" aria-label={say("time")}>
          {marks.map((hour) => <span key={hour} className={css.hour} style={{ insetInlineStart: `${laid(day, hours, at(hour), 0).start}%` }}>{dates.time(at(hour))}</span>)}
        </div>
      </div>
      {day.technicians.map((technician) => <Row key={technician.id} {...props} technician={technician} hours={hours} />)}
      {day.technicians.length === 0 && <Text size="sm" c="dimmed" p="sm">{say("nobody")}</Text>}
    </div>
  );
}

function Row(props: TimelineProps & { technician: DayTechnician; hours: { from: number; to: number } }) {
  const { day, hours, technician, hand } = props;
  const dates = useDates();
  const { language } = useSpeech();
  const lane = useRef<HTMLDivElement>(null);
  const over = hand.over?.technicianId === technician.id ? hand.over.at : null;
  const offer = usePrice(hand.visit, technician.id, over);
  const textOf = useOfferText();
  const visits = day.visits.filter((visit) => visit.technician_id === technician.id && visit.planned_at !== null);
  const under = (x: number) => ({ technicianId: technician.id, at: timeIn(day, lane.current!, x) });
  const ghost = over && hand.visit ? laid(day, hours, over, hand.visit.minutes) : null;
  return (
    <div className={css.row} role="row" data-testid="row" data-name={technician.name} lang={language}>
      <div className={css.who} role="rowheader"><Name of={technician.name} /></div>
      <div
        ref={lane}
        className={css.lane}
        role="cell"
        data-testid="lane"
        data-technician={technician.id}
        onDragOver={(event) => {
          if (!hand.visit) return;
          event.preventDefault();
          const next = under(event.clientX);
          if (next.at !== over) hand.hold(next);
        }}
        onDragLeave={(event) => {
          if (over !== null && !lane.current!.contains(event.relatedTarget as Node | null)) hand.hold(null);
        }}
        onDrop={(event) => {
          event.preventDefault();
          hand.hold(null);
          if (hand.visit) hand.drop(hand.visit, under(event.clientX));
          hand.take(null);
        }}
      >
        {technician.spans.map((span) => <Bar key={span.begins_at} className={css.span!} {...laid(day, hours, span.begins_at, (Date.parse(span.ends_at) - Date.parse(span.begins_at)) / 60_000)} />)}
        {visits.map((visit) => <Block key={visit.id} {...props} visit={visit} />)}
        {ghost && over && (
          <div className={css.ghost} style={{ insetInlineStart: `${ghost.start}%`, inlineSize: `${ghost.length}%` }} data-testid="ghost">
            <span className={css.price} data-testid="price" data-late={ghost.start > 50 || undefined} data-bad={offer?.rule ? true : undefined}>{dates.time(over)} {offer ? textOf(offer) : ""}</span>
          </div>
        )}
      </div>
    </div>
  );
}

function Bar(props: { className: string; start: number; length: number }) {
  return <div className={props.className} style={{ insetInlineStart: `${props.start}%`, inlineSize: `${props.length}%` }} aria-hidden />;
}

function Block(props: TimelineProps & { visit: Visit; hours: { from: number; to: number } }) {
  const { visit, day, hours } = props;
  const { say } = usePhrases(words);
  const dates = useDates();
  const risk = day.risks.find(({ visit_id }) => visit_id === visit.id);
  const { start, length } = laid(day, hours, visit.planned_at!, visit.minutes);
  const isMovable = props.mayDispatch && mayMove(visit);
  const finger = useFinger(visit, day, props.hand, isMovable);
  const late = risk && say(risk.is_certain ? "late_surely" : "late_perhaps", { from: dates.time(risk.earliest_at), to: dates.time(risk.latest_at), limit: dates.time(risk.limit_at) });
  const title = [visit.number, visit.subject, visit.customer_name, dates.time(visit.planned_at!), say(`state.${visit.state}`), visit.is_locked ? say("locked") : null, late].filter(Boolean).join(", ");
  return (
    <button
      type="button"
      className={css.visit}
      style={{ insetInlineStart: `${start}%`, inlineSize: `${length}%` }}
      draggable={isMovable}
      onDragStart={(event) => {
        event.dataTransfer.setData("text/plain", visit.number);
        event.dataTransfer.effectAllowed = "move";
        props.hand.take(visit);
      }}
      onDragEnd={() => (props.hand.hold(null), props.hand.take(null))}
      {...finger}
      data-held={props.hand.visit?.id === visit.id || undefined}
      onClick={() => props.choose(visit.id)}
      aria-label={title}
      title={title}
      aria-pressed={props.chosen === visit.id}
      data-testid="block"
      data-number={visit.number}
      data-state={visit.state}
      data-risk={risk ? (risk.is_certain ? "sure" : "perhaps") : undefined}
    >
      {visit.is_locked && <IconLock size={12} aria-hidden />}
      {risk && <IconAlertTriangle size={12} aria-hidden />}
      <bdi>{visit.customer_name ?? visit.subject}</bdi>
    </button>
  );
}

/** The price of giving a visit to somebody at a time, once one rests there for a moment. */
function usePrice(visit: Visit | null, technicianId: Id, at: Iso | null): Offer | null {
  const [offer, setOffer] = useState<Offer | null>(null);
  const id = visit?.id ?? null;
  useEffect(() => {
    setOffer(null);
    if (id === null || at === null) return;
    let isGone = false;
    const timer = window.setTimeout(() => {
      call<{ items: Offer[] }>("POST", `/api/visits/${id}/price`, { technician_id: technicianId, planned_at: at }).then(
        ({ items }) => isGone || setOffer(items[0] ?? null),
        () => undefined,
      );
    }, 150);
    return () => {
      isGone = true;
      window.clearTimeout(timer);
    };
  }, [id, technicianId, at]);
  return offer;
}
