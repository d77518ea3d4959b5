import type { Branch } from "../http/views";
import { useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { branchChoices } from "./branches";
import { ChoiceField } from "./fields";
import { kitWords } from "./words";

interface BranchFieldProps {
  branches: Branch[];
  value: string | null;
  set: (value: string | null) => void;
  error?: string | undefined;
  label?: string;
  whole?: string;
}

/** One branch, or the whole organisation. */
export function BranchField(props: BranchFieldProps) {
  const { language } = useSpeech();
  const { say } = usePhrases(kitWords);
  return (
    <ChoiceField
      label={props.label ?? say("branch")}
      value={props.value ?? ""}
      set={(value) => props.set(value || null)}
      options={branchChoices(props.branches, props.whole ?? say("whole"), language)}
      error={props.error}
      testid="field-branch"
    />
  );
}
