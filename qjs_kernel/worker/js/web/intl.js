(function (k) {
  "use strict";
  // `Intl`: the classes are made when they are first asked for.
  const p = k.primordials;
  const core = k.load("internal/intl_locale");
  const Intl = {};
  p.ObjectDefineProperty(Intl, p.SymbolToStringTag, { __proto__: null, value: "Intl", configurable: true });
  const classes = {
    __proto__: null,
    DateTimeFormat: () => k.load("internal/intl_dates").constructor,
    NumberFormat: () => k.load("internal/intl_number").constructor,
    Collator: () => k.load("internal/intl_collate").constructor,
    PluralRules: () => k.load("internal/intl_plural").makeClass(),
    RelativeTimeFormat: () => k.load("internal/intl_words").makeRelativeTimeFormat(),
    ListFormat: () => k.load("internal/intl_words").makeListFormat(),
    Locale: () => k.load("internal/intl_tags").Locale,
    DisplayNames: () => k.load("internal/intl_words").makeDisplayNames(),
    Segmenter: () => k.load("internal/intl_segment").constructor,
  };
  core.method(Intl, "getCanonicalLocales", { getCanonicalLocales(locales) {
    return k.load("internal/intl_tags").getCanonicalLocales(locales);
  } }.getCanonicalLocales);
  core.method(Intl, "supportedValuesOf", { supportedValuesOf(key) {
    return k.load("internal/intl_tags").supportedValuesOf(key);
  } }.supportedValuesOf);
  const names = p.ObjectKeys(classes);
  for (let i = 0; i < names.length; i++) k.lazy(Intl, names[i], classes[names[i]]);
  return { __proto__: null, Intl };
})
