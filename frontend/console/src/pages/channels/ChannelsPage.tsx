import { Badge, Group } from "@mantine/core";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import type { Account, Queue } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useBranches } from "../../kit/branches";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { matches } from "../../kit/fold";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import type { Schema } from "../../kit/schema";
import { kitWords } from "../../kit/words";
import { ChannelIcon } from "../work/ChannelIcon";
import { Name } from "../work/Name";
import { AccountForm, NewAccount } from "./AccountForm";
import { isBroken } from "./health";
import { words } from "./words";

export function ChannelsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { sayAny } = useSpeech();
  const accounts = useList<Account>("/api/accounts", byId);
  const queues = useList<Queue>("/api/queues", byId);
  const branches = useBranches();
  const kinds = useKinds();
  const [search, setSearch] = useState("");
  const chosen = props.rest[0];
  const choices = { accounts, queues: queues.items, branches: branches.items };
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["channels", "new"] }}
      search={{ value: search, set: setSearch }}
      side={
        chosen &&
        kinds && (
          <Detail key={chosen} id={chosen} list={accounts} idOf={byId} back={["channels"]} newTitle={say("add")} titleOf={({ name }) => <Name of={name} />}>
            {(account, { key, reload }) =>
              account ? (
                <AccountForm key={key} account={account} kind={account.kind} schema={kinds[account.kind] ?? {}} reload={reload} {...choices} />
              ) : (
                <NewAccount key={key} kinds={kinds} reload={reload} {...choices} />
              )
            }
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={accounts}
        rows={accounts.items.filter(({ name, kind }) => matches(search, name, sayAny("channel", kind, kind)))}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["channels", id]}
        isOff={({ is_enabled }) => !is_enabled}
        isSearched={search !== ""}
        columns={[
          { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={name} /> },
          {
            key: "kind",
            title: say("kind"),
            cell: ({ kind }) => <Group gap={6} wrap="nowrap"><ChannelIcon channel={kind as never} size={16} />{sayAny("channel", kind, kind)}</Group>,
          },
          { key: "queue", title: say("queue"), cell: ({ queue_id }) => <bdi>{queues.items.find(({ id }) => id === queue_id)?.name}</bdi>, isExtra: true },
          { key: "health", title: say("health"), cell: (account) => <Health account={account} /> },
        ]}
      />
    </Frame>
  );
}

function Health(props: { account: Account }) {
  const { account } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  if (!account.is_enabled) return <Badge color="gray" variant="light" tt="none">{kit.say("off")}</Badge>;
  if (isBroken(account)) return <Badge color="red" variant="light" tt="none" data-testid="broken">{say("broken")}</Badge>;
  if (account.last_seen_at === null) return <Badge color="gray" variant="light" tt="none">{say("silent")}</Badge>;
  return <Badge color="teal" variant="light" tt="none">{say("healthy")}</Badge>;
}

function useKinds(): Record<string, Schema> | null {
  const [kinds, setKinds] = useState<Record<string, Schema> | null>(null);
  useEffect(() => {
    call<{ kinds: Record<string, Schema> }>("GET", "/api/channels").then((answer) => setKinds(answer.kinds), () => setKinds({}));
  }, []);
  return kinds;
}
