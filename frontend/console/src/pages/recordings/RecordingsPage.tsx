import { Anchor, Badge, Button, SegmentedControl, Stack, Switch, Text } from "@mantine/core";
import { IconSettings } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { useEditor } from "../../kit/editor";
import { NumberField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { Frame, Panel } from "../../kit/Frame";
import { byId, useList, type List } from "../../kit/list";
import { useCommand, useFeed } from "../../live/context";
import type { Id, Iso } from "../../protocol";
import { go, pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import { Costs } from "./Costs";
import { words } from "./words";

interface Recording {
  id: Id;
  kind: "call" | "voicemail";
  state: "waiting" | "kept" | "failed" | "discarded" | "expired";
  seconds: number;
  made_at: Iso;
  kept_until: Iso | null;
  is_held: boolean;
  interaction_id: Id;
  customer_name: string;
  address: string;
  agent_name: string | null;
}

const kinds = ["", "call", "voicemail"] as const;

export function RecordingsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const { me } = useFeed();
  const isCosts = props.rest[0] === "costs";
  const view = me.permissions.includes("cost.read") && (
    <SegmentedControl size="xs" aria-label={say("view")} value={isCosts ? "costs" : "recordings"} onChange={(value) => (value === "costs" ? go("recordings", "costs") : go("recordings"))}
      data={(["recordings", "costs"] as const).map((value) => ({ value, label: say(value) }))} data-testid="recordings-view" />
  );
  if (isCosts) return <Frame title={say("costs")} tools={view}><Costs /></Frame>;
  return <Recordings chosen={props.rest[0]} view={view} />;
}

function Recordings(props: { chosen: string | undefined; view: React.ReactNode }) {
  const { say } = usePhrases(words);
  const dates = useDates();
  const { me } = useFeed();
  const [kind, setKind] = useState<string>("");
  const list = useList<Recording>(`/api/recordings${kind && `?kind=${kind}`}`, byId);
  const mayManage = me.permissions.includes("recording.manage");
  const recording = list.items.find(({ id }) => id === props.chosen);
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      tools={
        <>
          {props.view}
          <SegmentedControl size="xs" aria-label={say("kind")} value={kind} onChange={setKind} data={kinds.map((value) => ({ value, label: value === "" ? say("all") : say(`kind.${value}`) }))} data-testid="recordings-kind" />
          {mayManage && <Button variant="default" leftSection={<IconSettings size={18} aria-hidden />} onClick={() => go("recordings", "rule")} data-testid="recording-rule">{say("rule")}</Button>}
        </>
      }
      side={
        props.chosen === "rule" ? (
          <Panel title={say("rule")} back={["recordings"]}><Rule /></Panel>
        ) : (
          recording && <Panel title={<Name of={recording.customer_name} />} back={["recordings"]}><One key={recording.id} recording={recording} list={list} mayManage={mayManage} /></Panel>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={list}
        rows={list.items}
        idOf={byId}
        chosen={props.chosen}
        to={({ id }) => ["recordings", id]}
        isOff={({ state }) => state !== "kept" && state !== "waiting"}
        isSearched={kind !== ""}
        columns={[
          { key: "made", title: say("made"), cell: ({ made_at }) => dates.brief(made_at) },
          { key: "kind", title: say("kind"), cell: (each) => say(`kind.${each.kind}`) },
          { key: "customer", title: say("customer"), cell: ({ customer_name }) => <Name of={customer_name} /> },
          { key: "length", title: say("length"), cell: ({ seconds }) => dates.duration(seconds) },
          { key: "agent", title: say("agent"), cell: ({ agent_name }) => <Name of={agent_name ?? ""} />, isExtra: true },
          { key: "state", title: say("state"), cell: ({ state }) => <Badge variant="light" tt="none" color={state === "kept" ? "teal" : state === "failed" ? "red" : "gray"}>{say(`state.${state}`)}</Badge> },
        ]}
      />
    </Frame>
  );
}

function One(props: { recording: Recording; list: List<Recording>; mayManage: boolean }) {
  const { recording, list } = props;
  const { say } = usePhrases(words);
  const dates = useDates();
  const { isBusy, run } = useCommand();
  const hold = (is_held: boolean) => void run(async () => list.put(await call<Recording>("PUT", `/api/recordings/${recording.id}/hold`, { is_held })));
  const remove = () => void run(async () => { await call("DELETE", `/api/recordings/${recording.id}`); await list.reload(); go("recordings"); });
  return (
    <Stack>
      <Text size="sm"><bdi dir="ltr">{recording.address}</bdi> · {dates.full(recording.made_at)} · {dates.duration(recording.seconds)}</Text>
      {recording.state === "kept" ? (
        <audio controls preload="none" src={`/api/recordings/${recording.id}/sound`} aria-label={say("play")} data-testid="play" />
      ) : (
        <Text size="sm" role="status">{say(`state.${recording.state}`)}</Text>
      )}
      {recording.kept_until && <Text size="sm" c="dimmed">{say("kept_until")}: {dates.full(recording.kept_until)}</Text>}
      <Anchor href={pathTo("conversations", recording.interaction_id)}>{say("open")}</Anchor>
      {props.mayManage && recording.state === "kept" && (
        <>
          <Switch label={say("hold")} description={say("hold_hint")} checked={recording.is_held} disabled={isBusy} onChange={(event) => hold(event.currentTarget.checked)} data-testid="hold-recording" />
          {!recording.is_held && <Button variant="subtle" color="red" size="xs" onClick={remove} loading={isBusy} data-testid="delete-recording">{say("remove")}</Button>}
        </>
      )}
    </Stack>
  );
}

interface KeepRule {
  keep_days: number | null;
  voicemail_days: number | null;
  version: number;
}

function Rule() {
  const [rule, setRule] = useState<KeepRule | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isGone = false;
    void call<KeepRule>("GET", "/api/recording-rule").then((found) => isGone || setRule(found));
    return () => { isGone = true; };
  }, [round]);
  return rule && <RuleForm key={`${rule.version} ${round}`} rule={rule} reload={() => setRound(round + 1)} />;
}

function RuleForm(props: { rule: KeepRule; reload: () => void }) {
  const { say } = usePhrases(words);
  const editor = useEditor(props.rule, async (values) => {
    const saved = await call<KeepRule>("PUT", "/api/recording-rule", values);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.reload}>
      <NumberField label={say("keep_days")} min={1} max={3650} value={values.keep_days} set={(keep_days) => set({ keep_days })} error={fault("keep_days")} testid="keep-days" />
      <NumberField label={say("voicemail_days")} hint={say("rule_hint")} min={1} max={3650} value={values.voicemail_days} set={(voicemail_days) => set({ voicemail_days })} error={fault("voicemail_days")} testid="voicemail-days" />
    </Form>
  );
}
