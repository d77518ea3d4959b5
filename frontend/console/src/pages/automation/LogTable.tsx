import { ActionIcon, Anchor, Badge, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { Problem } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable, type Column } from "../../kit/DataTable";
import { useRefusal } from "../../kit/faultText";
import { ChoiceField } from "../../kit/fields";
import { asciiDigits } from "../../kit/fold";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useCommand } from "../../live/context";
import { go, pathTo } from "../../shell/route";
import { byNumber } from "../tickets/Links";
import { Name } from "../work/Name";
import type { Did, Rule, Run } from "./automation";
import { partWords } from "./partWords";
import { useRuleName } from "./ruleNames";
import { words } from "./words";

const all = "-";

/** What each rule did and why, the newest first: `#/automation/log/<rule>/<ticket>`; a dash is every rule. */
export function LogTable(props: { rules: Rule[]; rest: string[] }) {
  const { say, sayAny } = usePhrases(words);
  const dates = useDates();
  const ruleName = useRuleName();
  const [rule = all, ticket] = props.rest;
  const query = new URLSearchParams({ ...(rule === all ? {} : { rule_id: rule }), ...(ticket ? { ticket_id: ticket } : {}) });
  const runs = useList<Run>(`/api/automation/runs?${query}`, byId);
  const columns: Column<Run>[] = [
    { key: "at", title: say("at"), cell: ({ at }) => dates.full(at) },
    { key: "rule", title: say("rule"), cell: ({ rule_id, rule_name }) => (rule_id ? <Anchor href={pathTo("automation", "rules", rule_id)}><Name of={ruleName(rule_name)} /></Anchor> : <Name of={ruleName(rule_name)} />) },
    { key: "ticket", title: say("ticket"), cell: ({ ticket_id, number }) => <Anchor href={pathTo("tickets", ticket_id)}><bdi dir="ltr">{number}</bdi></Anchor> },
    { key: "cause", title: say("cause"), cell: ({ cause }) => sayAny("cause", cause, cause) },
    { key: "did", title: say("did"), cell: (run) => <Deeds did={run.did} /> },
  ];
  return (
    <>
      <Group align="end" mb="sm" gap="xs">
        <ChoiceField label={say("rule")} value={rule} set={(value) => go("automation", "log", value ?? all, ...(ticket ? [ticket] : []))} options={[{ value: all, label: say("every_rule") }, ...props.rules.map(({ id, name }) => ({ value: id, label: ruleName(name) }))]} testid="log-rule" />
        <TicketFilter key={ticket} rule={rule} ticket={ticket} shown={runs.items.find(({ ticket_id }) => ticket_id === ticket)?.number} />
        <ActionIcon variant="default" size="lg" onClick={() => void runs.reload()} aria-label={say("refresh")} loading={runs.isBusy} data-testid="log-refresh"><IconRefresh size={18} /></ActionIcon>
      </Group>
      <DataTable label={say("tab.log")} list={runs} rows={runs.items} idOf={byId} columns={columns} isSearched={rule !== all || ticket !== undefined} />
    </>
  );
}

function TicketFilter(props: { rule: string; ticket: string | undefined; shown: string | undefined }) {
  const { rule, ticket } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { isBusy, run } = useCommand();
  const [typed, setTyped] = useState<string | null>(null);
  const [isGone, setGone] = useState(false);
  const number = typed ?? props.shown ?? "";
  const find = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      try {
        go("automation", "log", rule, (await byNumber(number)).id);
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 404) throw error;
        setGone(true);
      }
    });
  };
  return (
    <Group component="form" onSubmit={find as never} align="end" gap={4} wrap="nowrap">
      <TextInput label={say("ticket_number")} value={number} dir="ltr" w={130} autoComplete="off" onChange={(event) => { setTyped(asciiDigits(event.currentTarget.value)); setGone(false); }} error={isGone ? kit.say("gone") : undefined} data-testid="log-ticket" />
      <Button type="submit" variant="default" loading={isBusy} disabled={number.trim() === ""} data-testid="log-find">{say("narrow")}</Button>
      {ticket && <Button variant="subtle" onClick={() => go("automation", "log", rule)} data-testid="log-clear">{say("every_ticket")}</Button>}
    </Group>
  );
}

function Deeds(props: { did: Did[] }) {
  const { say } = usePhrases(words);
  const detailOf = useDetail();
  return (
    <Stack gap={2}>
      {props.did.map((each, at) => (
        <Group key={at} gap={6} wrap="nowrap" align="start" data-testid="deed" data-refused={each.is_refused}>
          <Badge variant="light" tt="none" color={each.is_refused ? "red" : "teal"} style={{ flexShrink: 0 }}>{each.is_refused ? say("refused") : say("done")}</Badge>
          <Text size="sm">{detailOf(each)}</Text>
        </Group>
      ))}
    </Stack>
  );
}

/** What an action did: the server tells names of fields, channels and numbers; a refusal has words of its own. */
function useDetail(): (did: Did) => string {
  const { say, sayAny } = usePhrases(words);
  const parts = usePhrases(partWords);
  const refusal = useRefusal();
  const speech = useSpeech();
  return ({ do: what, detail, is_refused }) => {
    const deed = sayAny("do", what, what);
    if (is_refused) return `${deed}: ${refusal(detail)}`;
    if (detail === "as it was") return `${deed}: ${say("as_it_was")}`;
    if (detail === "") return deed;
    if (what === "tell_customer") return `${deed}: ${speech.sayAny("channel", detail, detail)}`;
    if (what === "notify") return `${deed}: ${speech.number(Number(detail))}`;
    if (what === "add_check") return `${deed}: ${detail}`;
    return `${deed}: ${detail.split(", ").map((each) => parts.sayAny("fact", each, each)).join(", ")}`;
  };
}
