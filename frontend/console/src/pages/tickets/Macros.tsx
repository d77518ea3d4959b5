import { Menu, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconWand } from "@tabler/icons-react";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { byId, useList } from "../../kit/list";
import type { Texts } from "../../kit/Said";
import { useRefusal } from "../../kit/faultText";
import { useCommand } from "../../live/context";
import type { Id } from "../../protocol";
import { pageWords } from "./pageWords";
import { fitting, nameIn, type Kind, type Ticket } from "./ticket";

interface Macro {
  id: Id;
  names: Texts;
  kinds: Kind[] | null;
  is_active: boolean;
}

interface Did {
  do: string;
  detail: string;
  is_refused: boolean;
}

/** What administrators put together to be done with one press; the page hears of what it changed. */
export function MacroItems(props: { ticket: Ticket }) {
  const { ticket } = props;
  const { say, sayAny } = usePhrases(pageWords);
  const { language } = useSpeech();
  const { run } = useCommand();
  const refusal = useRefusal();
  const macros = fitting(useList<Macro>("/api/macros", byId).items, ticket.kind);
  if (macros.length === 0) return null;
  const apply = (macro: Macro) =>
    void run(async () => {
      const { did } = await call<{ did: Did[] }>("POST", `/api/tickets/${ticket.id}/macros/${macro.id}`);
      const refused = did.filter(({ is_refused }) => is_refused);
      notifications.show({
        color: refused.length > 0 ? "yellow" : "teal",
        message: (
          <>
            <span data-testid="macro-done">{say("macro_done", { name: nameIn(macro.names, language) })}</span>
            {refused.map((each, index) => <Text key={index} size="sm">{say("macro_refused", { what: sayAny("do", each.do, each.do) })}: {refusal(each.detail)}</Text>)}
          </>
        ),
      });
    });
  return (
    <>
      <Menu.Label>{say("macros")}</Menu.Label>
      {macros.map((macro) => (
        <Menu.Item key={macro.id} leftSection={<IconWand size={16} aria-hidden />} onClick={() => apply(macro)} data-testid="macro">{nameIn(macro.names, language)}</Menu.Item>
      ))}
      <Menu.Divider />
    </>
  );
}
