import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useRegion } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { weekStart } from "../../kit/calendar";
import { Frame } from "../../kit/Frame";
import { useFeed } from "../../live/context";
import { go } from "../../shell/route";
import { FiguresPanel } from "../complaints/FiguresPanel";
import { DeskReport } from "./DeskReport";
import { reportQuery, todayIn, type Asked } from "./report";
import { RowsPanel } from "./RowsPanel";
import { ScheduleDetail, ScheduleTable, useSchedules } from "./Schedules";
import { words } from "./words";

const tabs = ["desk", "complaints", "sent"] as const;
type Tab = (typeof tabs)[number];
const needed: Record<Tab, string> = { desk: "report.read", complaints: "complaint.read", sent: "report.schedule" };

/** `#/reports/desk[/<figure>/<group>]`, `#/reports/complaints` and `#/reports/sent[/<id>]`. */
export function ReportsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const { language, calendar } = useRegion();
  const { me, organisation } = useFeed();
  const [asked, setAsked] = useState<Asked>({ by: "day", period: "last_30", range: { from: null, to: null }, calendar, kind: null, queue_id: null, owner_id: null, branch_id: null, source: null });
  const known = tabs.filter((each) => me.permissions.includes(needed[each]));
  const tab = known.find((each) => each === props.rest[0]) ?? known[0] ?? "desk";
  const [, first, group] = props.rest;
  const query = reportQuery(asked, todayIn(organisation.time_zone), weekStart(organisation), organisation.time_zone, language);
  const schedules = useSchedules(me.permissions.includes("report.schedule"));
  const side = () => {
    if (tab === "desk" && first && group && query) return <RowsPanel query={query} by={asked.by} calendar={asked.calendar} measure={first} group={group} />;
    return tab === "sent" && first && <ScheduleDetail id={first} schedules={schedules} />;
  };
  return (
    <Frame
      title={say("title")}
      about={say(`about.${tab}`)}
      add={tab === "sent" ? { label: say("add_schedule"), to: ["reports", "sent", "new"] } : undefined}
      tools={known.length > 1 && <SegmentedControl aria-label={say("title")} value={tab} onChange={(value) => go("reports", value)} data={known.map((value) => ({ value, label: say(`tab.${value}`) }))} data-testid="reports-tab" />}
      side={side()}
    >
      {tab === "desk" && <DeskReport asked={asked} set={(part) => setAsked((old) => ({ ...old, ...part }))} query={query} />}
      {tab === "complaints" && <FiguresPanel />}
      {tab === "sent" && <ScheduleTable schedules={schedules} chosen={first} />}
    </Frame>
  );
}
