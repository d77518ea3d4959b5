import { Stack, Text } from "@mantine/core";
import { usePhrases } from "../../i18n/phrases";
import { ChoiceField } from "../../kit/fields";
import kitCss from "../../kit/Kit.module.css";
import { Repeated } from "../../kit/Repeated";
import { compared, conditionOn, isMany, needsValue, type Catalogue, type Condition, type Operation } from "./automation";
import { fieldKey, type Choices } from "./choices";
import { partWords } from "./partWords";
import { ValueField } from "./ValueField";
import { words } from "./words";

interface ConditionsProps {
  group: "all" | "any";
  value: Condition[];
  set: (value: Condition[]) => void;
  catalogue: Catalogue;
  choices: Choices;
  fault: (name: string) => string | undefined;
}

/** What must hold: each a thing of the ticket, how it is compared, and with what. */
export function ConditionFields(props: ConditionsProps) {
  const { group, value, catalogue, choices } = props;
  const { say } = usePhrases(words);
  const parts = usePhrases(partWords);
  const first = catalogue.facts[0];
  if (!first) return null;
  const factOf = (name: string) => catalogue.facts.find((each) => each.name === name);
  const nameOf = (name: string) => choices.factName(factOf(name) ?? { name, names: null });
  return (
    <Stack gap="xs">
      <div>
        <Text size="sm" fw={600}>{say(`group.${group}`)}</Text>
        <Text size="xs" c="dimmed">{say(`group.${group}_hint`)}</Text>
      </div>
      <Repeated<Condition> items={value} set={props.set} add={say("add_condition")} nameOf={({ fact }) => nameOf(fact)} testid={`condition-${group}`} fresh={() => conditionOn(first)}>
        {(condition, change, at) => {
          const fact = factOf(condition.fact) ?? first;
          const error = props.fault(`conditions.${group}.${at}`);
          return (
            <>
              <div className={kitCss.pair}>
                <ChoiceField label={say("fact")} value={condition.fact} set={(name) => name && change(conditionOn(factOf(name) ?? first))} options={catalogue.facts.map((each) => ({ value: each.name, label: choices.factName(each) }))} testid="condition-fact" />
                <ChoiceField label={say("operation")} value={condition.operation} set={(next) => next && change(compared(condition, next as Operation, fact.shape))} options={fact.operations.map((each) => ({ value: each, label: parts.say(`operation.${each}`) }))} testid="condition-operation" />
              </div>
              {needsValue(condition.operation) && <ValueField label={say("value")} shape={fact.shape} field={fieldKey(condition.fact)} isMany={isMany(condition.operation)} value={condition.value} set={(next) => change({ value: next })} choices={choices} error={error} testid="condition-value" />}
            </>
          );
        }}
      </Repeated>
    </Stack>
  );
}
