import { Anchor, Badge, Button, SegmentedControl, Select, Text } from "@mantine/core";
import { IconChartBar, IconMessageQuestion, IconSettings } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Frame, Panel } from "../../kit/Frame";
import { useList } from "../../kit/list";
import { useFeed } from "../../live/context";
import { go, pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import { stages, useNamed, useSources, type ComplaintRow } from "./complaint";
import { ComplaintPanel } from "./ComplaintPanel";
import { FiguresPanel } from "./FiguresPanel";
import { ReferralsPanel } from "./ReferralsPanel";
import { SettingsPanel } from "./SettingsPanel";
import { words } from "./words";

const wants = ["open", "late", "any"] as const;
const freshMs = 15_000;
const asked: Record<(typeof wants)[number], string> = { open: "open_only=true", late: "late=true", any: "" };
const byTicket = ({ ticket_id }: ComplaintRow) => ticket_id;
const colors: Partial<Record<ComplaintRow["priority"], string>> = { urgent: "red", high: "orange" };

/** Complaints by stage, what is late, and beside them the path of one. */
export function ComplaintsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const named = useNamed();
  const dates = useDates();
  const { me } = useFeed();
  const sources = useSources();
  const [wanted, setWanted] = useState<(typeof wants)[number]>("open");
  const [stage, setStage] = useState<string | null>(null);
  const [source, setSource] = useState<string | null>(null);
  const query = [asked[wanted], stage ? `stage=${stage}` : "", source ? `source_id=${source}` : ""].filter(Boolean).join("&");
  const list = useList<ComplaintRow>(`/api/complaints?${query}`, byTicket);
  const { reload, items } = list;
  const [chosen, more] = props.rest;
  useEffect(() => {
    // Colleagues go on with them. Whoever has read further down keeps the place.
    const timer = setInterval(() => !document.hidden && items.length <= 50 && void reload(), freshMs);
    return () => clearInterval(timer);
  }, [reload, items.length]);
  const sourceOf = (id: string) => sources.items.find((each) => each.id === id);
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      isWide={Boolean(chosen)}
      tools={
        <>
          <SegmentedControl size="xs" aria-label={say("show")} value={wanted} onChange={(value) => setWanted(value as typeof wanted)} data={wants.map((value) => ({ value, label: say(`want.${value}`) }))} data-testid="complaints-wanted" />
          <Select aria-label={say("stage")} placeholder={say("any_stage")} value={stage} onChange={setStage} data={stages.map((value) => ({ value, label: say(`stage.${value}`) }))} clearable openOnFocus={false} data-testid="complaints-stage" />
          <Select aria-label={say("source")} placeholder={say("any_source")} value={source} onChange={setSource} data={sources.items.map(({ id, names }) => ({ value: id, label: named(names) }))} clearable openOnFocus={false} data-testid="complaints-source" />
          <Button variant="default" leftSection={<IconMessageQuestion size={18} aria-hidden />} onClick={() => go("complaints", "referrals")} data-testid="to-referrals">{say("asked")}</Button>
          {me.permissions.includes("complaint.read") && <Button variant="default" leftSection={<IconChartBar size={18} aria-hidden />} onClick={() => go("complaints", "figures")} data-testid="to-figures">{say("figures")}</Button>}
          {me.permissions.includes("complaint.manage") && <Button variant="default" leftSection={<IconSettings size={18} aria-hidden />} onClick={() => go("complaints", "settings")} data-testid="to-settings">{say("settings")}</Button>}
        </>
      }
      side={chosen && <Side chosen={chosen} more={more} row={items.find((each) => each.ticket_id === chosen)} changed={() => void reload()} />}
    >
      <DataTable
        label={say("title")}
        list={list}
        rows={items}
        idOf={byTicket}
        chosen={chosen}
        to={({ ticket_id }) => ["complaints", ticket_id]}
        isOff={(row) => row.stage === "closed"}
        isSearched={query !== ""}
        columns={[
          { key: "number", title: say("number"), cell: (each) => <bdi dir="ltr" style={{ whiteSpace: "nowrap" }}>{each.number}</bdi> },
          { key: "subject", title: say("subject"), cell: ({ subject }) => <span dir="auto">{subject}</span> },
          { key: "stage", title: say("stage"), cell: (each) => <Badge variant="light" tt="none" miw="max-content" color={colors[each.priority] ?? "blue"}>{say(`stage.${each.stage}`)}</Badge> },
          { key: "due", title: say("due"), cell: ({ due_at, next_step, is_late }) => (next_step && due_at ? <Text size="sm" c={is_late ? "red" : ""}>{say(`step.${next_step}`)} · {dates.brief(due_at)}{is_late ? ` · ${say("late")}` : ""}</Text> : is_late ? say("late") : ""), isExtra: chosen !== undefined },
          { key: "source", title: say("source"), cell: ({ source_id }) => { const found = sourceOf(source_id); return found ? named(found.names) : ""; }, isExtra: true },
          { key: "unit", title: say("unit"), cell: ({ unit_name }) => <Name of={unit_name ?? ""} />, isExtra: true },
          { key: "owner", title: say("owner"), cell: ({ owner_name }) => (owner_name ? <Name of={owner_name} /> : say("nobody")), isExtra: true },
        ]}
      />
    </Frame>
  );
}

/** Number and subject; of one that the list does not show they are asked for. */
function ComplaintName(props: { ticketId: string; row: ComplaintRow | undefined }) {
  const { ticketId, row } = props;
  const { say } = usePhrases(words);
  const [found, setFound] = useState<{ number: string; subject: string } | null>(null);
  const isShown = row !== undefined;
  useEffect(() => {
    // One that is not there is said in the panel.
    if (!isShown) call<{ number: string; subject: string }>("GET", `/api/tickets/${ticketId}`).then(setFound, () => undefined);
  }, [ticketId, isShown]);
  const named = row ?? found;
  return named ? <><bdi dir="ltr">{named.number}</bdi> <bdi>{named.subject}</bdi></> : <>{say("title")}</>;
}

function Side(props: { chosen: string; more: string | undefined; row: ComplaintRow | undefined; changed: () => void }) {
  const { chosen, row } = props;
  const { say } = usePhrases(words);
  const back = ["complaints"];
  if (chosen === "referrals") return <Panel title={say("asked")} back={back}><ReferralsPanel chosen={props.more} /></Panel>;
  if (chosen === "figures") return <Panel title={say("figures")} back={back}><FiguresPanel /></Panel>;
  if (chosen === "settings") return <Panel title={say("settings")} back={back}><SettingsPanel /></Panel>;
  return (
    <Panel title={<ComplaintName key={chosen} ticketId={chosen} row={row} />} back={back} actions={<Anchor size="sm" href={pathTo("tickets", chosen)}>{say("to_ticket")}</Anchor>}>
      <ComplaintPanel key={chosen} ticketId={chosen} changed={props.changed} />
    </Panel>
  );
}
