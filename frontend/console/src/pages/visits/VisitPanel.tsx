import { Anchor, Badge, Button, Center, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { Fragment, useCallback, useEffect, useState, type ReactNode } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { clockOf } from "../../kit/calendar";
import { Panel } from "../../kit/Frame";
import { kitWords } from "../../kit/words";
import { useCommand, useFeed, useLive } from "../../live/context";
import { DocumentNotes } from "../../notes/DocumentNotes";
import type { Id } from "../../protocol";
import { pathTo } from "../../shell/route";
import { Act } from "../complaints/Act";
import { words as dispatchWords } from "../dispatch/words";
import { EditVisit } from "./VisitForm";
import type { WholeVisit } from "./visit";
import css from "./Visits.module.css";
import { words } from "./words";

const over = ["done", "not_done", "cancelled"];

/** One visit: what is to be done, what was done, signed and photographed; what others change appears. */
export function VisitPanel(props: { id: Id; changed: () => void }) {
  const { id } = props;
  const live = useLive();
  const kit = usePhrases(kitWords);
  const [visit, setVisit] = useState<WholeVisit | null>(null);
  const [isGone, setGone] = useState(false);
  const read = useCallback(() => call<WholeVisit>("GET", `/api/visits/${id}`).then(setVisit, () => setGone(true)), [id]);
  useEffect(() => {
    setVisit(null);
    setGone(false);
    void read();
  }, [read]);
  useEffect(
    () =>
      live.hear<{ type: string; data: { visit: { id: Id } } }>("event", ({ type, data }) => {
        if (type === "visit.changed" && data.visit.id === id) void read();
      }),
    [live, id, read],
  );
  if (!visit) {
    return (
      <Panel title="" back={["visits"]}>
        <Center mih={120}>{isGone ? <Text c="dimmed">{kit.say("gone")}</Text> : <Loader size="sm" />}</Center>
      </Panel>
    );
  }
  const take = (next: WholeVisit) => {
    setVisit(next);
    props.changed();
  };
  return (
    <Panel title={<><bdi>{visit.number}</bdi> <bdi>{visit.subject}</bdi></>} back={["visits"]}>
      <Stack gap="md" data-testid="visit" data-state={visit.state}>
        <About visit={visit} />
        <Acts visit={visit} take={take} read={() => void read()} />
        <Work visit={visit} />
        <DocumentNotes kind="visit" id={visit.id} onlyComments />
      </Stack>
    </Panel>
  );
}

function About({ visit }: { visit: WholeVisit }) {
  const { say } = usePhrases(words);
  const dispatch = usePhrases(dispatchWords);
  const dates = useDates();
  const { number } = useSpeech();
  const { me } = useFeed();
  const may = (permission: string) => me.permissions.includes(permission);
  const facts: [string, ReactNode][] = [
    [say("customer"), visit.customer_id !== null && may("customer.read") ? <Anchor href={pathTo("customers", visit.customer_id)}><bdi>{visit.customer_name}</bdi></Anchor> : visit.customer_name],
    [say("ticket"), visit.ticket_id !== null && may("ticket.read") ? <Anchor href={pathTo("tickets", visit.ticket_id)} data-testid="its-ticket">{say("ticket")}</Anchor> : null],
    [say("address"), visit.place.address || null],
    [say("phone"), visit.place.phone ? <bdi dir="ltr">{visit.place.phone}</bdi> : null],
    [say("technician"), visit.technician_name],
    [say("planned"), visit.planned_at && dates.full(visit.planned_at)],
    [say("promised"), visit.promised && `${dates.full(visit.promised.begins_at)} - ${dates.full(visit.promised.ends_at)}`],
    [say("due"), visit.due_on && dates.letter(`${visit.due_on}T12:00:00`)],
    [say("minutes"), number(visit.minutes)],
    [say("attempts"), visit.attempts > 0 ? number(visit.attempts) : null],
    [say("reason"), visit.reason || null],
    [say("outcome"), visit.outcome || null],
    [say("worked"), visit.minutes_worked !== null ? dates.span(visit.minutes_worked) : null],
    [say("signed"), visit.signed_by || null],
  ];
  return (
    <>
      <Group gap={4}>
        <Badge variant="light" tt="none" data-testid="visit-state">{dispatch.say(`state.${visit.state}`)}</Badge>
        {visit.charge !== null && <Badge variant="light" color={visit.charge === "free" ? "teal" : "gray"} tt="none">{say(visit.charge)}</Badge>}
        {visit.is_locked && <Badge variant="light" color="gray" tt="none">{say("locked")}</Badge>}
        {visit.planned_at !== null && <Anchor size="sm" href={pathTo("dispatch", clockOf(visit.planned_at).date)}>{say("board")}</Anchor>}
      </Group>
      {visit.notes !== "" && <Text size="sm" style={{ whiteSpace: "pre-wrap" }}><bdi>{visit.notes}</bdi></Text>}
      <dl className={css.facts}>
        {facts.filter(([, value]) => value !== null && value !== "").map(([label, value]) => <Fragment key={label}><dt>{label}</dt><dd><bdi>{value}</bdi></dd></Fragment>)}
      </dl>
    </>
  );
}

function Acts(props: { visit: WholeVisit; take: (visit: WholeVisit) => void; read: () => void }) {
  const { visit, take } = props;
  const { say } = usePhrases(words);
  const { me } = useFeed();
  const { isBusy, run } = useCommand();
  const [isEditing, setEditing] = useState(false);
  const isOver = over.includes(visit.state);
  const does = async (what: string, more: object = {}) => take(await call<WholeVisit>("POST", `/api/visits/${visit.id}/${what}`, { version: visit.version, ...more }));
  const mayWrite = me.permissions.includes("visit.write");
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {mayWrite && !isOver && <Button size="xs" variant={isEditing ? "light" : "default"} aria-expanded={isEditing} onClick={() => setEditing(!isEditing)} data-testid="edit-visit">{say("edit")}</Button>}
        {visit.state === "not_done" && me.permissions.includes("visit.dispatch") && <Button size="xs" disabled={isBusy} onClick={() => void run(() => does("take-back"))} data-testid="again">{say("again")}</Button>}
      </Group>
      {isEditing && !isOver && <EditVisit key={visit.version} visit={visit} take={take} reload={props.read} />}
      {mayWrite && !["done", "cancelled", "working"].includes(visit.state) && <Act title={say("cancel")} testid="cancel-visit" color="red" asks={[{ key: "reason", label: say("reason"), isLong: true }]} act={(said) => does("cancel", said)} />}
    </Stack>
  );
}

/** What was done there, and what proves it. */
function Work({ visit }: { visit: WholeVisit }) {
  const { say } = usePhrases(words);
  const dispatch = usePhrases(dispatchWords);
  const dates = useDates();
  const { number } = useSpeech();
  return (
    <>
      {visit.parts.length > 0 && (
        <Part title={say("parts")}>{visit.parts.map((part, index) => <li key={index}><Text size="sm"><bdi>{part.name}</bdi> {part.code && <bdi dir="ltr">{part.code}</bdi>} × {number(part.quantity)}</Text></li>)}</Part>
      )}
      {visit.checklist.length > 0 && (
        <Part title={say("checklist")}>{visit.checklist.map((check, index) => <li key={index}><Text size="sm"><bdi>{check.text}</bdi>: {say(check.is_done ? "is_done" : "is_open")}</Text></li>)}</Part>
      )}
      {visit.steps.length > 0 && (
        <Part title={say("steps")}>
          {visit.steps.map((step, index) => (
            <li key={index} data-testid="visit-step">
              <Text size="sm" {...(step.outcome === "refused" ? { c: "dimmed" } : {})}>
                {dates.full(step.at)} · {dispatch.say(`state.${step.state}`)} · <bdi>{step.by_name}</bdi>
                {step.reason && <> · <bdi>{step.reason}</bdi></>}
                {step.outcome === "refused" && <> ({say("refused")})</>}
              </Text>
            </li>
          ))}
        </Part>
      )}
      {visit.files.length > 0 && (
        <section aria-label={say("proofs")}>
          <Title order={4} fz="sm">{say("proofs")}</Title>
          <div className={css.proofs}>
            {visit.files.map((file) => <a key={file.id} href={file.url} target="_blank" rel="noreferrer"><img src={file.url} alt={`${say(file.kind)}: ${file.name}`} /></a>)}
          </div>
        </section>
      )}
    </>
  );
}

function Part(props: { title: string; children: ReactNode }) {
  return (
    <section aria-label={props.title}>
      <Title order={4} fz="sm">{props.title}</Title>
      <ul className={css.lines}>{props.children}</ul>
    </section>
  );
}
