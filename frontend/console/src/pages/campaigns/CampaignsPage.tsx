import { Badge, SegmentedControl, Stack } from "@mantine/core";
import { useEffect, useState } from "react";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { Frame } from "../../kit/Frame";
import { byId, useList, type List } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import { Name } from "../work/Name";
import { stateColors, type Campaign } from "./campaign";
import { CampaignForm } from "./CampaignForm";
import { LivePanel } from "./LivePanel";
import { ReportPanel } from "./ReportPanel";
import { reportWords } from "./reportWords";
import { words } from "./words";

const freshMs = 10_000;

/** Campaigns with how far they are; beside them one at this moment, and what it is set to. */
export function CampaignsPage(props: { rest: string[] }) {
  const { say, sayAny } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { number } = useSpeech();
  const { me } = useFeed();
  const list = useList<Campaign>("/api/campaigns", byId);
  const { reload } = list;
  const chosen = props.rest[0];
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && void reload(), freshMs);
    return () => clearInterval(timer);
  }, [reload]);
  const mayManage = me.permissions.includes("campaign.manage");
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={mayManage ? { label: say("add"), to: ["campaigns", "new"] } : undefined}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={list} idOf={byId} back={["campaigns"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
            {(campaign, { key, reload: begin }) =>
              campaign ? <Both key={key} campaign={campaign} list={list} reload={begin} mayManage={mayManage} /> : <CampaignForm key={key} campaign={null} list={list} reload={begin} />
            }
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={list}
        rows={list.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["campaigns", id]}
        isOff={({ state }) => state === "done" || state === "stopped"}
        columns={[
          { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
          { key: "state", title: say("state"), cell: ({ state }) => <Badge variant="light" tt="none" color={stateColors[state]}>{say(`state.${state}`)}</Badge> },
          { key: "mode", title: say("mode"), cell: ({ mode }) => say(`mode.${mode}`) },
          { key: "left", title: say("left"), cell: ({ progress }) => number(progress.ready + progress.live) },
          { key: "done", title: say("done"), cell: ({ progress }) => number(progress.done), isExtra: true },
          { key: "why", title: say("why"), cell: ({ state, idle_why }) => ((state === "running" || state === "paused") && idle_why ? sayAny("why", idle_why, idle_why) : ""), isExtra: true },
        ]}
      />
    </Frame>
  );
}

/** One campaign: as it is at this moment, what it has come to, and as it is set. */
function Both(props: { campaign: Campaign; list: List<Campaign>; reload: () => void; mayManage: boolean }) {
  const { say } = usePhrases(words);
  const report = usePhrases(reportWords);
  const [shown, setShown] = useState<"live" | "report" | "settings">("live");
  const choices = [{ value: "live", label: say("live") }, { value: "report", label: report.say("report") }, ...(props.mayManage ? [{ value: "settings", label: say("settings") }] : [])];
  return (
    <Stack>
      <SegmentedControl size="xs" aria-label={say("shown")} value={shown} onChange={(value) => setShown(value as typeof shown)} data={choices} data-testid="campaign-shown" />
      {shown === "live" && <LivePanel campaign={props.campaign} put={props.list.put} />}
      {shown === "report" && <ReportPanel campaign={props.campaign} />}
      {shown === "settings" && <CampaignForm campaign={props.campaign} list={props.list} reload={props.reload} />}
    </Stack>
  );
}
