import { describe, expect, it } from "vitest";
import { placesInDispositions } from "../src/pages/campaigns/Dispositions";
import { tidied } from "../src/pages/campaigns/Filters";
import { countriesIn, placesInCaps } from "../src/pages/compliance/preset";
import { Problem } from "../src/http/api";
import { faultsOf } from "../src/kit/problems";

describe("what is typed into a campaign and a rule", () => {
  it("reads countries in any case and with any comma, each once", () => {
    expect(countriesIn(" sa, AE،ir sa ")).toEqual(["SA", "AE", "IR"]);
    expect(countriesIn("")).toEqual([]);
  });
  it("sends no empty line as a value", () => {
    expect(tidied([{ field: " city ", values: ["Amman ", "", " "] }])).toEqual([{ field: "city", values: ["Amman"] }]);
  });
  it("shows a refusal at the field within the list", () => {
    const places = [...placesInCaps("frequency"), ...placesInDispositions("dispositions")];
    const errors = [
      { loc: "settings.frequency.1.most", msg: "too many", type: "less_than_equal" },
      { loc: "settings.dispositions.0.names.fa", msg: "too long", type: "string_too_long" },
    ];
    expect(Object.keys(faultsOf(new Problem(422, "x", "y", null, { errors }), places))).toEqual(["frequency.1.most", "dispositions.0.names.fa"]);
  });
});
