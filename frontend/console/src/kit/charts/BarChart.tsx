import { useSpeech } from "../../i18n/context";
import css from "./Charts.module.css";
import { Legend } from "./Legend";
import type { Series } from "./scale";

interface BarChartProps {
  label: string;
  groups: { key: string; name: string }[];
  series: Series[];
  text?: (value: number) => string;
}

/** Bars of each group, as long as what they count. The same figures are in a table beside it. */
export function BarChart(props: BarChartProps) {
  const { groups, series } = props;
  const { number } = useSpeech();
  const text = props.text ?? number;
  const greatest = Math.max(1e-9, ...series.flatMap(({ values }) => values));
  return (
    <figure className={css.chart} data-testid="chart">
      <div role="img" aria-label={props.label} className={css.bars}>
        {groups.map(({ key, name }, index) => (
          <div key={key} className={css.group} data-testid="chart-group">
            <span className={css.name} dir="auto" title={name}>{name}</span>
            <span className={css.stack}>
              {series.map((each) => {
                const value = each.values[index] ?? 0;
                return (
                  <span key={each.key} className={css.line} title={`${each.name}: ${text(value)}`}>
                    <span className={css.bar} style={{ inlineSize: `${(value / greatest) * 84}%`, background: each.color }} />
                    <span className={css.value}>{text(value)}</span>
                  </span>
                );
              })}
            </span>
          </div>
        ))}
      </div>
      <Legend series={series} />
    </figure>
  );
}
