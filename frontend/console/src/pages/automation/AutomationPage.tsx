import { Center, Loader, SegmentedControl, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { Detail } from "../../kit/Detail";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { inOrder } from "../../kit/order";
import { OrderArrows } from "../../kit/OrderArrows";
import { kitWords } from "../../kit/words";
import { go } from "../../shell/route";
import { nameIn } from "../tickets/ticket";
import { Name } from "../work/Name";
import type { Catalogue, Macro, Rule } from "./automation";
import { LogTable } from "./LogTable";
import { MacroForm } from "./MacroForm";
import { RuleForm } from "./RuleForm";
import { useRuleName } from "./ruleNames";
import { useTriggerText } from "./TriggerFields";
import { words } from "./words";

const tabs = ["rules", "macros", "log"] as const;

/** What happens to tickets by itself: `#/automation/<rules, macros or log>/<id>`. */
export function AutomationPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const ruleName = useRuleName();
  const catalogue = useCatalogue();
  const tab = tabs.find((each) => each === props.rest[0]) ?? "rules";
  const chosen = tab === "log" ? undefined : props.rest[1];
  const rules = useList<Rule>("/api/automation/rules", byId);
  const macros = useList<Macro>("/api/macros", byId);
  const waiting = <Center mih={120}><Loader size="sm" /></Center>;
  const side = {
    rules: () => (
      <Detail key={chosen} id={chosen ?? ""} list={rules} idOf={byId} back={["automation"]} newTitle={say("add.rules")} titleOf={({ name }) => <Name of={ruleName(name)} />}>
        {(rule, { key, reload }) => (catalogue ? <RuleForm key={key} rule={rule} rules={rules} catalogue={catalogue} reload={reload} /> : waiting)}
      </Detail>
    ),
    macros: () => (
      <Detail key={chosen} id={chosen ?? ""} list={macros} idOf={byId} back={["automation", "macros"]} newTitle={say("add.macros")} titleOf={({ names }) => <Name of={nameIn(names, language)} />}>
        {(macro, { key, reload }) => (catalogue ? <MacroForm key={key} macro={macro} macros={macros} catalogue={catalogue} reload={reload} /> : waiting)}
      </Detail>
    ),
    log: () => null,
  };
  return (
    <Frame
      title={say("title")}
      about={say(`about.${tab}`)}
      add={tab === "log" ? undefined : { label: say(`add.${tab}`), to: ["automation", tab, "new"] }}
      tools={<SegmentedControl aria-label={say("title")} value={tab} onChange={(value) => go("automation", value)} data={tabs.map((value) => ({ value, label: say(`tab.${value}`) }))} data-testid="automation-tab" />}
      isWide
      side={chosen && side[tab]()}
    >
      {tab === "rules" && <RuleTable rules={rules} chosen={chosen} />}
      {tab === "macros" && <MacroTable macros={macros} chosen={chosen} />}
      {tab === "log" && <LogTable rules={rules.items} rest={props.rest.slice(1)} />}
    </Frame>
  );
}

interface TableProps<T> {
  chosen: string | undefined;
  list: ReturnType<typeof useList<T>>;
}

function RuleTable({ rules, chosen }: { rules: TableProps<Rule>["list"]; chosen: string | undefined }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const ruleName = useRuleName();
  const textOf = useTriggerText();
  return (
    <DataTable
      label={say("tab.rules")}
      list={rules}
      rows={inOrder(rules.items)}
      idOf={byId}
      chosen={chosen}
      to={({ id }) => ["automation", "rules", id]}
      isOff={({ is_active }) => !is_active}
      columns={[
        { key: "name", title: kit.say("name"), cell: ({ name }) => <Name of={ruleName(name)} /> },
        // Beside a form they would change what is being edited there.
        ...(chosen ? [] : [{ key: "order", title: say("order"), cell: (rule: Rule) => <OrderArrows item={rule} list={rules} path="/api/automation/rules" name={ruleName(rule.name)} /> }]),
        { key: "trigger", title: say("trigger"), cell: ({ trigger }) => <Text size="sm">{textOf(trigger)}</Text>, isExtra: true },
        { key: "actions", title: say("actions"), cell: ({ actions }) => <Text size="sm">{actions.map((action) => say(`do.${action.do}`)).join(" · ")}</Text>, isExtra: true },
        { key: "state", title: say("is_active"), cell: ({ is_active }) => kit.say(is_active ? "on" : "off"), isExtra: true },
      ]}
    />
  );
}

function MacroTable({ macros, chosen }: { macros: TableProps<Macro>["list"]; chosen: string | undefined }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { language } = useSpeech();
  return (
    <DataTable
      label={say("tab.macros")}
      list={macros}
      rows={inOrder(macros.items)}
      idOf={byId}
      chosen={chosen}
      to={({ id }) => ["automation", "macros", id]}
      isOff={({ is_active }) => !is_active}
      columns={[
        { key: "name", title: kit.say("name"), cell: ({ names }) => <Name of={nameIn(names, language)} /> },
        ...(chosen ? [] : [{ key: "order", title: say("order"), cell: (macro: Macro) => <OrderArrows item={macro} list={macros} path="/api/macros" name={nameIn(macro.names, language)} /> }]),
        { key: "actions", title: say("actions"), cell: ({ actions }) => <Text size="sm">{actions.map((action) => say(`do.${action.do}`)).join(" · ")}</Text>, isExtra: true },
        { key: "state", title: say("is_active"), cell: ({ is_active }) => kit.say(is_active ? "on" : "off"), isExtra: true },
      ]}
    />
  );
}

/** What rules can be made of; read once for the page. */
function useCatalogue(): Catalogue | null {
  const [catalogue, setCatalogue] = useState<Catalogue | null>(null);
  useEffect(() => {
    // Without an answer no form opens; the next opening of the page asks again.
    call<Catalogue>("GET", "/api/automation/catalogue").then(setCatalogue, () => undefined);
  }, []);
  return catalogue;
}
