import { Alert, Badge, Button, Center, Loader, SegmentedControl } from "@mantine/core";
import { IconDeviceTv } from "@tabler/icons-react";
import { useState } from "react";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { Detail } from "../../kit/Detail";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { useFeed } from "../../live/context";
import type { AlarmRule } from "../../protocolBoard";
import { go, pathTo } from "../../shell/route";
import { AgentPanel } from "./AgentPanel";
import { AgentTable } from "./AgentTable";
import { AlarmsView, OpenAlarms } from "./Alarms";
import css from "./Board.module.css";
import { QueuePanel } from "./QueuePanel";
import { QueueTable, type Period } from "./QueueTable";
import { RuleForm } from "./RuleForm";
import type { Board } from "./state";
import { useBoard } from "./useBoard";
import { Wall } from "./Wall";
import { words } from "./words";

type View = "queues" | "agents" | "alarms";

/** `#/board/<queue>`, `#/board/agents/<id>`, `#/board/alarms/<rule>`, `#/board/wall`. */
export function BoardPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const { board, isFailed } = useBoard();
  if (!board) {
    if (isFailed) return <Center h="100%"><Alert color="red" role="alert">{say("failed")}</Alert></Center>;
    return <Center h="100%"><Loader aria-label={speech.say("app.loading")} /></Center>;
  }
  return props.rest[0] === "wall" ? <Wall board={board} /> : <Views board={board} rest={props.rest} />;
}

function Views(props: { board: Board; rest: string[] }) {
  const { board, rest } = props;
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const { me } = useFeed();
  const [period, setPeriod] = useState<Period>("today");
  const rules = useList<AlarmRule>("/api/alarm-rules", byId);
  const view: View = rest[0] === "agents" || rest[0] === "alarms" ? rest[0] : "queues";
  const chosen = view === "queues" ? rest[0] : rest[1];
  const count = Object.keys(board.alarms).length;
  const mayChange = me.permissions.includes("queue.manage");
  const alarmsLabel = (
    <span className={css.label}>
      {say("alarms")}
      {count > 0 && <Badge component="span" color="red.8" variant="filled" size="sm" circle>{number(count)}</Badge>}
    </span>
  );
  const side = {
    queues: () => <QueuePanel id={chosen!} board={board} period={period} />,
    agents: () => <AgentPanel id={chosen!} board={board} />,
    alarms: () => (
      <Detail key={chosen} id={chosen!} list={rules} idOf={byId} back={["board", "alarms"]} newTitle={say("add_rule")} titleOf={(rule) => say(`metric.${rule.metric}`)}>
        {(rule, { key, reload }) => <RuleForm key={key} rule={rule} rules={rules} reload={reload} />}
      </Detail>
    ),
  }[view];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={view === "alarms" && mayChange ? { label: say("add_rule"), to: ["board", "alarms", "new"] } : undefined}
      tools={
        <>
          <SegmentedControl
            aria-label={say("view")}
            value={view}
            onChange={(next) => (next === "queues" ? go("board") : go("board", next))}
            data={[{ value: "queues", label: say("queues") }, { value: "agents", label: say("agents") }, { value: "alarms", label: alarmsLabel }]}
            data-testid="board-view"
          />
          {view === "queues" && (
            <SegmentedControl
              aria-label={say("period")}
              value={period}
              onChange={(next) => setPeriod(next as Period)}
              data={[{ value: "today", label: say("today") }, { value: "recent", label: say("recent") }]}
            />
          )}
          {view === "queues" && (
            <Button component="a" href={pathTo("board", "wall")} variant="default" leftSection={<IconDeviceTv size={18} aria-hidden />} ms="auto" data-testid="wall-open">
              {say("wall")}
            </Button>
          )}
        </>
      }
      side={chosen && side()}
    >
      <OpenAlarms board={board} />
      {view === "queues" && <QueueTable board={board} period={period} chosen={chosen} />}
      {view === "agents" && <AgentTable board={board} chosen={chosen} />}
      {view === "alarms" && <AlarmsView board={board} rules={rules} chosen={chosen} />}
    </Frame>
  );
}
