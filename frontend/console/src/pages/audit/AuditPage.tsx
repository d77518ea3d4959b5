import { Anchor, Button, Stack, Text } from "@mantine/core";
import { useMemo } from "react";
import type { AuditEntry, Staff } from "../../http/views";
import { Dates } from "../../i18n/dates";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable, type Column } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { ChoiceField } from "../../kit/fields";
import { Frame } from "../../kit/Frame";
import css from "../../kit/Kit.module.css";
import { byId, useList, useWhole } from "../../kit/list";
import { queryOf, useTable } from "../../kit/table";
import { TableBar } from "../../kit/TableBar";
import { useFeed } from "../../live/context";
import type { Calendar } from "../../protocol";
import { go, pathTo } from "../../shell/route";
import { kindWords } from "./kinds";
import { subjectWords } from "./subjects";
import { words } from "./words";

const calendars: Calendar[] = ["gregory", "persian", "islamic-umalqura"];
const bySeq = ({ seq }: AuditEntry) => String(seq);
const all = "-";
const kinds = Object.keys(kindWords.en).map((key) => key.slice("kind.".length));

/** `#/audit/<actor>/<subject>/<seq>`; a dash is everybody, and everything. */
export function AuditPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const { sayAny } = usePhrases(kindWords);
  const { language } = useSpeech();
  const dates = useDates();
  const table = useTable("audit");
  const [actor = all, subject = all, chosen] = props.rest;
  const entries = useList<AuditEntry>(addressOf(actor, subject, queryOf(table.state, ["period"])), bySeq);
  const { nameOf, people } = useActors();
  const columns: Column<AuditEntry>[] = [
    { key: "what", title: say("what"), cell: ({ kind }) => sayAny("kind", kind, kind) },
    { key: "who", title: say("who"), cell: (entry) => <bdi>{nameOf(entry.actor)}</bdi> },
    { key: "about", title: say("about_what"), cell: (entry) => <About entry={entry} nameOf={nameOf} />, isExtra: true },
    { key: "when", title: say("when"), cell: ({ at }) => dates.full(at) },
  ];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      tools={
        <>
          <ChoiceField
            label={say("filter_who")}
            value={actor}
            set={(value) => go("audit", value ?? all, subject)}
            options={[{ value: all, label: say("anybody") }, { value: "system", label: say("system") }, ...withOwn(people, actor, nameOf)]}
            testid="filter-actor"
          />
          {(actor !== all || subject !== all) && (
            <Button variant="subtle" onClick={() => go("audit")} mt="lg" data-testid="everything">{say("everything")}</Button>
          )}
        </>
      }
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={entries} idOf={bySeq} back={["audit", actor, subject]} titleOf={({ kind }) => sayAny("kind", kind, kind)}>
            {(entry) => entry && <Entry entry={entry} nameOf={nameOf} />}
          </Detail>
        )
      }
    >
      {chosen === undefined && (
        <TableBar
          table={table}
          title={say("title")}
          columns={columns}
          filters={[
            { key: "kind", label: say("what"), kind: "choice", options: kinds.map((kind) => ({ value: kind, label: sayAny("kind", kind, kind) })).sort((one, other) => one.label.localeCompare(other.label, language)) },
            { key: "period", label: say("when"), kind: "range" },
          ]}
        />
      )}
      <DataTable
        label={say("title")}
        list={entries}
        rows={entries.items}
        idOf={bySeq}
        chosen={chosen}
        to={(entry) => ["audit", actor, subject, bySeq(entry)]}
        table={table}
        columns={columns}
      />
    </Frame>
  );
}

function addressOf(actor: string, subject: string, filters: string): string {
  const query = new URLSearchParams(filters);
  query.set("limit", "50");
  if (actor !== all) query.set("actor", actor);
  if (subject !== all) query.set("subject", subject);
  return `/api/audit?${query.toString()}`;
}

/** Names of those who act. Whoever may not read the list of people still knows the agents. */
function useActors() {
  const { say } = usePhrases(words);
  const { me, agents } = useFeed();
  const staff = useList<Staff>(me.permissions.includes("access.manage") ? "/api/staff?limit=200" : null, byId);
  useWhole(staff, true);
  const names = useMemo(
    () => new Map([...agents, ...staff.items, me].map(({ id, name }) => [id, name])),
    [agents, staff.items, me],
  );
  const nameOf = (actor: string): string => {
    const [kind = "", id = ""] = actor.split(":");
    if (kind === "staff") return names.get(id) ?? say("someone");
    return kind === "system" || kind === "visitor" || kind === "token" ? say(kind) : actor;
  };
  return { nameOf, people: [...names].map(([id, name]) => ({ value: `staff:${id}`, label: name })) };
}

/** The choices with the present one, also when it is a visitor or a token that no list names. */
function withOwn(people: { value: string; label: string }[], actor: string, nameOf: (actor: string) => string) {
  const isKnown = actor === all || actor === "system" || people.some(({ value }) => value === actor);
  return isKnown ? people : [...people, { value: actor, label: nameOf(actor) }];
}

/** What it is about, by name where the entry has one. */
function About(props: { entry: AuditEntry; nameOf: (actor: string) => string }) {
  const { sayAny } = usePhrases(subjectWords);
  const { data, subject } = props.entry;
  const name = data["name"] ?? data["site"];
  const [kind = "", id = ""] = subject.split(":");
  const usual = kind === "staff" || kind === "agent" ? props.nameOf(`staff:${id}`) : sayAny("subject", kind, kind);
  return <bdi>{typeof name === "string" && name !== "" ? name : usual}</bdi>;
}

function Entry(props: { entry: AuditEntry; nameOf: (actor: string) => string }) {
  const { entry, nameOf } = props;
  const { say } = usePhrases(words);
  const speech = useSpeech();
  return (
    <Stack>
      <Text size="sm">{say("who")}: <bdi>{nameOf(entry.actor)}</bdi></Text>
      <div data-testid="calendars">
        <Text size="sm" fw={600} mb={4}>{say("calendars")}</Text>
        {calendars.map((calendar) => (
          <Text key={calendar} size="sm">
            {new Dates(speech, calendar).full(entry.at)} <Text span size="xs" c="dimmed">{speech.say(`calendar.${calendar}`)}</Text>
          </Text>
        ))}
      </div>
      <div>
        <Text size="sm" fw={600} mb={4}>{say("content")}</Text>
        <pre className={css.code}>{`${entry.kind}\n${entry.subject}\n${JSON.stringify(entry.data, null, 2)}`}</pre>
      </div>
      <Anchor size="sm" href={pathTo("audit", all, entry.subject)} data-testid="same-subject">{say("same_subject")}</Anchor>
      <Anchor size="sm" href={pathTo("audit", entry.actor, all)} data-testid="same-actor">{say("same_actor")}</Anchor>
    </Stack>
  );
}
