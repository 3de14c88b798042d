"use strict";
/* Draws the charts of the season page from the words and numbers beside them; the library is fetched only when a
   chart comes into view. Every chart has its table on the page, so nothing is lost without it. */
(() => {
  const figures = [...document.querySelectorAll("[data-chart]")];
  if (!figures.length) return;
  const isRtl = document.documentElement.dir === "rtl";
  const COLOURS = ["#0b5d4e", "#c2410c", "#51606f"];
  const DECALS = [
    { symbol: "none" },
    { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4, color: "rgba(255,255,255,0.65)" },
    { symbol: "circle", dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], symbolSize: 0.6, color: "rgba(255,255,255,0.7)" },
  ];

  const fetchLibrary = (() => {
    let waiting = null;
    return (address) => {
      waiting ||= new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = address;
        script.addEventListener("load", done);
        script.addEventListener("error", failed);
        document.head.append(script);
      });
      return waiting;
    };
  })();

  const optionsOf = (chart, font) => ({
    animation: false,
    textStyle: { fontFamily: font, fontSize: 14, color: "#17212b" },
    color: COLOURS,
    grid: { top: chart.series.length > 1 ? 44 : 12, bottom: 8, left: isRtl ? 28 : 8, right: isRtl ? 8 : 28, containLabel: true },
    legend: chart.series.length > 1 ? { top: 0, textStyle: { fontSize: 14 } } : undefined,
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, confine: true },
    xAxis: { type: "value", inverse: isRtl, minInterval: 1, axisLabel: { hideOverlap: true } },
    yAxis: {
      type: "category", inverse: true, position: isRtl ? "right" : "left", data: chart.labels, axisTick: { show: false },
      axisLabel: { width: 150, overflow: "break", lineHeight: 18 },
    },
    series: chart.series.map((series, at) => ({
      type: "bar", name: series.name, data: series.values, barMaxWidth: 22, itemStyle: { decal: DECALS[at % 3] },
      label: { show: true, position: isRtl ? "left" : "right", fontSize: 13, formatter: (p) => (p.value ? String(p.value) : "") },
    })),
  });

  const draw = async (figure) => {
    const chart = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const box = figure.querySelector(".chart-box");
    await fetchLibrary(figure.dataset.library);
    box.style.blockSize = `${Math.max(140, 60 + chart.labels.length * (22 * chart.series.length + 16))}px`;
    const drawn = window.echarts.init(box, null, { renderer: "svg" });
    drawn.setOption(optionsOf(chart, getComputedStyle(document.body).fontFamily));
    new ResizeObserver(() => drawn.resize()).observe(box);
    window.addEventListener("beforeprint", () => drawn.resize());
    figure.dataset.drawn = "1";
  };

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      draw(entry.target).catch(() => { entry.target.hidden = true; });
    }
  }, { rootMargin: "300px" });
  for (const figure of figures) { figure.hidden = false; seen.observe(figure); }
})();
