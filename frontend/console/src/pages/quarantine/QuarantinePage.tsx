import { Button, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlayerPlay } from "@tabler/icons-react";
import { call } from "../../http/api";
import type { QuarantinedJob } from "../../http/views";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { Frame } from "../../kit/Frame";
import css from "../../kit/Kit.module.css";
import { useList, type List } from "../../kit/list";
import { useCommand, useFeed } from "../../live/context";
import { go } from "../../shell/route";
import { words } from "./words";

const byNumber = ({ id }: QuarantinedJob) => String(id);

export function QuarantinePage(props: { rest: string[] }) {
  const { say, sayAny } = usePhrases(words);
  const { number } = useSpeech();
  const dates = useDates();
  const jobs = useList<QuarantinedJob>("/api/quarantine", byNumber);
  const chosen = props.rest[0];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={jobs} idOf={byNumber} back={["quarantine"]} titleOf={({ kind }) => sayAny("kind", kind, kind)}>
            {(job) => job && <Job job={job} jobs={jobs} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={jobs}
        rows={jobs.items}
        idOf={byNumber}
        chosen={chosen}
        to={(job) => ["quarantine", byNumber(job)]}
        columns={[
          { key: "kind", title: say("kind"), cell: ({ kind }) => sayAny("kind", kind, kind) },
          { key: "error", title: say("error"), cell: ({ last_error }) => <Text size="sm" lineClamp={2} dir="auto">{last_error}</Text> },
          { key: "attempts", title: say("attempts"), cell: ({ attempts }) => number(attempts), isExtra: true },
          { key: "since", title: say("since"), cell: ({ quarantined_at }) => dates.full(quarantined_at), isExtra: true },
        ]}
      />
    </Frame>
  );
}

function Job(props: { job: QuarantinedJob; jobs: List<QuarantinedJob> }) {
  const { job, jobs } = props;
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const dates = useDates();
  const { me } = useFeed();
  const { isBusy, run } = useCommand();
  const release = async () => {
    if (!(await run(() => call("POST", `/api/quarantine/${job.id}/release`)))) return;
    notifications.show({ color: "teal", message: say("released") });
    go("quarantine");
    await jobs.reload();
  };
  return (
    <Stack>
      <Text size="sm">{say("since")} {dates.full(job.quarantined_at)} · {say("attempts")}: {number(job.attempts)}</Text>
      <div>
        <Text size="sm" fw={600} mb={4}>{say("error")}</Text>
        <pre className={css.code}>{job.last_error}</pre>
      </div>
      <div>
        <Text size="sm" fw={600} mb={4}>{say("payload")}</Text>
        <pre className={css.code}>{JSON.stringify(job.payload, null, 2)}</pre>
      </div>
      {me.permissions.includes("operations.manage") && (
        <Button leftSection={<IconPlayerPlay size={18} aria-hidden />} loading={isBusy} onClick={() => void release()} data-testid="release">
          {say("release")}
        </Button>
      )}
    </Stack>
  );
}
