import { Stack } from "@mantine/core";
import type { Queue } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { offeredLanguages, type Language } from "../../i18n/words";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../kit/fields";
import type { Tier } from "../../kit/tiers";
import { kitWords } from "../../kit/words";
import type { WorkCalendar } from "../calendars/calendar";
import { asksTwice, needsQueue, type Prompt, type Step } from "./flow";
import { words } from "./words";

export interface Choices {
  queues: Queue[];
  calendars: WorkCalendar[];
  tiers: Tier[];
}

interface FieldsProps {
  step: Step;
  languages: Language[];
  set: (part: Partial<Step>) => void;
  choices: Choices;
}

const silent = ["hours", "customer", "transfer"];
const named = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name });

/** What a step says and does; only what its kind has. */
export function StepFields(props: FieldsProps) {
  const { step, set, choices } = props;
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const id = step.id;
  return (
    <Stack gap="xs">
      <TextField label={kit.say("name")} value={step.name} set={(name) => set({ name })} testid={`name-${id}`} />
      {!silent.includes(step.kind) && <PromptFields id={id} prompt={step.prompt} languages={props.languages} set={(prompt) => set({ prompt })} />}
      {step.kind === "hours" && <ChoiceField label={say("hours")} value={step.calendar_id} set={(calendar_id) => set({ calendar_id })} options={choices.calendars.map(named)} testid={`hours-${id}`} />}
      {needsQueue(step.kind) && <ChoiceField label={say("queue")} value={step.queue_id} set={(queue_id) => set({ queue_id })} options={choices.queues.map(named)} testid={`queue-${id}`} />}
      {needsQueue(step.kind) && <ChoiceField label={say("priority")} value={String(step.priority)} set={(priority) => set({ priority: Number(priority) })} options={(["0", "1", "2", "3"] as const).map((value) => ({ value, label: say(`priority.${value}`) }))} testid={`priority-${id}`} />}
      {step.kind === "transfer" && <TextField label={say("number")} hint={say("number_hint")} value={step.number} set={(number) => set({ number })} isCode testid={`number-${id}`} />}
      {step.kind === "collect" && <CollectFields {...props} />}
      {asksTwice(step.kind) && <NumberField label={say("repeats")} min={0} max={5} value={step.repeats} set={(repeats) => set({ repeats: repeats ?? 0 })} testid={`repeats-${id}`} />}
      {asksTwice(step.kind) && <NumberField label={say("patience")} suffix={say("seconds")} min={2} max={30} value={step.seconds} set={(seconds) => set({ seconds: seconds ?? 2 })} testid={`seconds-${id}`} />}
    </Stack>
  );
}

function CollectFields({ step, set }: FieldsProps) {
  const { say } = usePhrases(words);
  return (
    <>
      <TextField label={say("kept_as")} hint={say("kept_as_hint")} value={step.key} set={(key) => set({ key })} isCode testid={`kept-${step.id}`} />
      <NumberField label={say("least")} min={1} max={20} value={step.least_digits} set={(least) => set({ least_digits: least ?? 1 })} testid={`least-${step.id}`} />
      <NumberField label={say("most")} min={1} max={20} value={step.most_digits} set={(most) => set({ most_digits: most ?? 20 })} testid={`most-${step.id}`} />
      <SwitchField label={say("confirmed")} value={step.is_confirmed} set={(is_confirmed) => set({ is_confirmed })} testid={`confirmed-${step.id}`} />
    </>
  );
}

/** The words of each language, and where a recording of them is, which is played in their place. */
function PromptFields(props: { id: string; prompt: Prompt; languages: Language[]; set: (prompt: Prompt) => void }) {
  const { prompt, set } = props;
  const { say } = usePhrases(words);
  const { language } = useSpeech();
  const names = new Map(offeredLanguages(undefined, language).map(({ value, label }) => [value as string, label]));
  return (
    <>
      {props.languages.map((each) => {
        const name = names.get(each) ?? each;
        const sound = prompt.sounds[each] ?? "";
        const setSound = (url: string) => {
          const { [each]: _, ...others } = prompt.sounds;
          set({ ...prompt, sounds: url ? { ...others, [each]: url } : others });
        };
        return (
          <Stack gap={4} key={each}>
            <TextField label={say("said_in", { language: name })} value={prompt.words[each] ?? ""} set={(text) => set({ ...prompt, words: { ...prompt.words, [each]: text } })} rows={2} testid={`words-${props.id}-${each}`} />
            <TextField label={say("sound_in", { language: name })} hint={say("sound_hint")} value={sound} set={setSound} isCode testid={`sound-${props.id}-${each}`} />
            {sound !== "" && <audio controls preload="none" src={sound} aria-label={say("sound_in", { language: name })} />}
          </Stack>
        );
      })}
    </>
  );
}
