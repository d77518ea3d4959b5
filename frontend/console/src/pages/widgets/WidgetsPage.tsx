import { Badge, ColorSwatch } from "@mantine/core";
import { useState } from "react";
import type { Account, Widget } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { matches } from "../../kit/fold";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { WidgetForm } from "./WidgetForm";
import { words } from "./words";

const bySite = ({ site }: Widget) => site;

export function WidgetsPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const widgets = useList<Widget>("/api/widgets", bySite);
  const accounts = useList<Account>("/api/accounts", byId);
  const chats = accounts.items.filter(({ kind }) => kind === "webchat");
  const [search, setSearch] = useState("");
  const chosen = props.rest[0];
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={{ label: say("add"), to: ["widgets", "new"] }}
      search={{ value: search, set: setSearch }}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={widgets} idOf={bySite} back={["widgets"]} newTitle={say("add")} titleOf={({ site }) => <bdi dir="ltr">{site}</bdi>}>
            {(widget, { key, reload }) => <WidgetForm key={key} widget={widget} widgets={widgets} accounts={chats} mailboxes={accounts.items.filter(({ kind }) => kind === "email")} reload={reload} />}
          </Detail>
        )
      }
    >
      <DataTable
        label={say("title")}
        list={widgets}
        rows={widgets.items.filter(({ site, settings }) => matches(search, site, ...Object.values(settings.title)))}
        idOf={bySite}
        chosen={chosen}
        to={({ site }) => ["widgets", site]}
        isOff={({ is_enabled }) => !is_enabled}
        isSearched={search !== ""}
        columns={[
          { key: "site", title: say("site"), cell: ({ site }) => <bdi dir="ltr">{site}</bdi> },
          { key: "account", title: say("account"), cell: ({ account_id }) => <bdi>{accounts.items.find(({ id }) => id === account_id)?.name}</bdi> },
          { key: "color", title: say("color"), cell: ({ settings }) => <ColorSwatch color={settings.color} size={18} />, isExtra: true },
          {
            key: "enabled",
            title: say("is_enabled"),
            cell: ({ is_enabled }) => <Badge color={is_enabled ? "teal" : "gray"} variant="light" tt="none">{kit.say(is_enabled ? "on" : "off")}</Badge>,
          },
        ]}
      />
    </Frame>
  );
}
