import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Queue } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { offeredLanguages, type Language } from "../../i18n/words";
import { ChoiceField, LevelsField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Repeated } from "../../kit/Repeated";
import type { Tier } from "../../kit/tiers";
import { kitWords } from "../../kit/words";
import type { WorkCalendar } from "../calendars/calendar";
import { contentPath, soundId, soundRef, type Sound } from "../callsounds/sound";
import { asksTwice, exitsOf, keys, needsQueue, type Prompt, type Step } from "./flow";
import { words } from "./words";

export interface Choices {
  queues: Queue[];
  calendars: WorkCalendar[];
  tiers: Tier[];
  skills: { id: string; name: string }[];
  sounds: Sound[];
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
      {!silent.includes(step.kind) && <PromptFields id={id} prompt={step.prompt} languages={props.languages} sounds={choices.sounds} set={(prompt) => set({ prompt })} />}
      {step.kind === "menu" && <MenuFields {...props} />}
      {step.kind === "hours" && <ChoiceField label={say("hours")} value={step.calendar_id} set={(calendar_id) => set({ calendar_id })} options={choices.calendars.map(named)} testid={`hours-${id}`} />}
      {needsQueue(step.kind) && <ChoiceField label={say("queue")} value={step.queue_id} set={(queue_id) => set({ queue_id })} options={choices.queues.map(named)} testid={`queue-${id}`} />}
      {needsQueue(step.kind) && <ChoiceField label={say("priority")} value={String(step.priority)} set={(priority) => set({ priority: Number(priority) })} options={(["0", "1", "2", "3"] as const).map((value) => ({ value, label: say(`priority.${value}`) }))} testid={`priority-${id}`} />}
      {needsQueue(step.kind) && <WaitingFields {...props} />}
      {step.kind === "transfer" && <TextField label={say("number")} hint={say("number_hint")} value={step.number} set={(number) => set({ number })} isCode testid={`number-${id}`} />}
      {step.kind === "collect" && <CollectFields {...props} />}
      {asksTwice(step.kind) && <NumberField label={say("repeats")} min={0} max={5} value={step.repeats} set={(repeats) => set({ repeats: repeats ?? 0 })} testid={`repeats-${id}`} />}
      {asksTwice(step.kind) && <NumberField label={say("patience")} suffix={say("seconds")} min={2} max={30} value={step.seconds} set={(seconds) => set({ seconds: seconds ?? 2 })} testid={`seconds-${id}`} />}
    </Stack>
  );
}

/** Under which name the key is kept, and as what: so a choice becomes something that rules of work know. */
function MenuFields({ step, set }: FieldsProps) {
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const pressed = exitsOf(step).filter((exit) => keys.includes(exit));
  const keep = (key: string, value: string) => {
    const { [key]: _, ...others } = step.values;
    set({ values: value === "" ? others : { ...others, [key]: value } });
  };
  return (
    <>
      <TextField label={say("choice_kept_as")} hint={say("choice_kept_hint")} value={step.key} set={(key) => set(key === "" ? { key, values: {} } : { key })} isCode testid={`kept-${step.id}`} />
      {step.key !== "" && pressed.map((key) => <TextField key={key} label={say("choice_value", { key: speech.keys(key) })} value={step.values[key] ?? ""} set={(value) => keep(key, value)} testid={`value-${step.id}-${key}`} />)}
    </>
  );
}

interface Pair {
  name: string;
  value: string;
}

/** What rules of work see of a caller who waits here, and what the agent must know besides what the queue asks. */
function WaitingFields({ step, set, choices }: FieldsProps) {
  const { say } = usePhrases(words);
  const pairs = Object.entries(step.attributes).map(([name, value]) => ({ name, value }));
  const put = (next: Pair[]) => set({ attributes: Object.fromEntries(next.map(({ name, value }) => [name, value])) });
  return (
    <>
      <LevelsField label={say("skills")} hint={say("skills_hint")} value={step.skills} set={(skills) => set({ skills })} skills={choices.skills} />
      <Stack gap={6} role="group" aria-label={say("attributes")}>
        <Text size="sm" fw={600}>{say("attributes")}</Text>
        <Text size="xs" c="dimmed">{say("attributes_hint")}</Text>
        <Repeated<Pair> items={pairs} set={put} fresh={() => ({ name: freeName(step.attributes), value: "" })} add={say("add_attribute")} nameOf={({ name }) => name} testid={`attribute-${step.id}`}>
          {({ name, value }, change, at) => (
            <>
              <TextField label={say("attribute")} value={name} set={(next) => change({ name: next })} isCode testid={`attribute-${step.id}-${at}`} />
              <TextField label={say("attribute_value")} value={value} set={(next) => change({ value: next })} testid={`attribute-value-${step.id}-${at}`} />
            </>
          )}
        </Repeated>
      </Stack>
    </>
  );
}

function freeName(taken: Record<string, string>): string {
  let place = 1;
  while (`name_${place}` in taken) place += 1;
  return `name_${place}`;
}

function CollectFields({ step, set }: FieldsProps) {
  const { say } = usePhrases(words);
  return (
    <>
      <TextField label={say("kept_as")} hint={say("kept_as_hint")} value={step.key} set={(key) => set({ key })} isCode testid={`kept-${step.id}`} />
      <NumberField label={say("least")} min={1} max={20} value={step.least_digits} set={(least) => set({ least_digits: least ?? 1 })} testid={`least-${step.id}`} />
      <NumberField label={say("most")} min={1} max={20} value={step.most_digits} set={(most) => set({ most_digits: most ?? 20 })} testid={`most-${step.id}`} />
      <SwitchField label={say("secret")} hint={say("secret_hint")} value={step.is_secret} set={(is_secret) => set({ is_secret })} testid={`secret-${step.id}`} />
      {!step.is_secret && <SwitchField label={say("confirmed")} value={step.is_confirmed} set={(is_confirmed) => set({ is_confirmed })} testid={`confirmed-${step.id}`} />}
    </>
  );
}

/** In each language words for the carrier's voice, a sound of the library, or the address of a recording. */
function PromptFields(props: { id: string; prompt: Prompt; languages: Language[]; sounds: Sound[]; set: (prompt: Prompt) => void }) {
  const { prompt, set } = props;
  const { language } = useSpeech();
  const names = new Map(offeredLanguages(undefined, language).map(({ value, label }) => [value as string, label]));
  return (
    <>
      {props.languages.map((each) => {
        const setSound = (sound: string) => {
          const { [each]: _, ...others } = prompt.sounds;
          set({ ...prompt, sounds: sound ? { ...others, [each]: sound } : others });
        };
        return (
          <SpokenField
            key={each}
            id={`${props.id}-${each}`}
            language={names.get(each) ?? each}
            words={prompt.words[each] ?? ""}
            setWords={(text) => set({ ...prompt, words: { ...prompt.words, [each]: text } })}
            sound={prompt.sounds[each] ?? ""}
            setSound={setSound}
            sounds={props.sounds}
          />
        );
      })}
    </>
  );
}

const ways = ["words", "sound", "address"] as const;
type Way = (typeof ways)[number];

interface SpokenProps {
  id: string;
  language: string;
  words: string;
  setWords: (words: string) => void;
  sound: string;
  setSound: (sound: string) => void;
  sounds: Sound[];
}

function SpokenField(props: SpokenProps) {
  const { id, language, sound, setSound } = props;
  const { say } = usePhrases(words);
  const [way, setWay] = useState<Way>(sound === "" ? "words" : soundId(sound) === null ? "address" : "sound");
  const chosen = props.sounds.find((each) => each.id === soundId(sound));
  const take = (next: Way) => {
    setWay(next);
    setSound("");
  };
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500} id={`way-${id}`}>{say("said_in", { language })}</Text>
      <SegmentedControl size="xs" aria-labelledby={`way-${id}`} value={way} onChange={(next) => take(next as Way)} data={ways.map((value) => ({ value, label: say(`way.${value}`) }))} style={{ alignSelf: "flex-start" }} data-testid={`way-${id}`} />
      {way === "words" && <TextField label={say("words_in", { language })} value={props.words} set={props.setWords} rows={2} testid={`words-${id}`} />}
      {way === "sound" && <ChoiceField label={say("sound_in", { language })} placeholder={say(props.sounds.length > 0 ? "sound_choose" : "sound_none")} value={chosen?.id ?? null} set={(next) => setSound(next === null ? "" : soundRef(next))} options={props.sounds.map(named)} error={sound !== "" && !chosen ? say("fault.sound") : undefined} testid={`library-${id}`} />}
      {way === "address" && <TextField label={say("address_in", { language })} hint={say("sound_hint")} value={sound} set={setSound} isCode testid={`sound-${id}`} />}
      {sound !== "" && (way === "address" || chosen) && <audio controls preload="none" src={chosen ? contentPath(chosen) : sound} aria-label={say("sound_in", { language })} />}
    </Stack>
  );
}
