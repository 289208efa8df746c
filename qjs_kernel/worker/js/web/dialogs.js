(function (k) {
  "use strict";
  // prompt, confirm and alert: the person at the notebook answers, where there is one and stdin is allowed. Elsewhere
  // they answer as a browser does whose dialogs are switched off, and say once a run why.
  const p = k.primordials;
  const { RegExpPrototypeExec, StringPrototypeToLowerCase, StringPrototypeTrim } = p;

  const agreement = /^(?:y|yes|ok|j|ja|true|1)$/;
  let toldOwner; // the run that has had the note

  // The answer, or undefined where nobody can be asked.
  const ask = (kind, text, proposal) => {
    k.flush(); // what was printed before stands before the question
    let reply = k.host("stdin", [kind, p.StringPrototypeToWellFormed(text), p.StringPrototypeToWellFormed(proposal)]);
    if (typeof reply === "string") reply = p.JSONParse(reply);
    if (reply.ok) return `${reply.text}`;
    if (typeof reply.note === "string" && reply.note !== "" && toldOwner !== k.currentOwner) {
      toldOwner = k.currentOwner;
      k.write(2, `${reply.note}\n`);
    }
    return undefined;
  };

  // `prompt("Name?")` proposes nothing; an empty answer to a proposal takes it, as pressing Enter in a browser does.
  function prompt(message = "", proposal = "") {
    const text = `${message}`;
    const otherwise = proposal === undefined || proposal === null ? "" : `${proposal}`;
    const answer = ask("prompt", text, otherwise);
    if (answer === undefined) return null;
    return answer === "" ? otherwise : answer;
  }
  function confirm(message = "") {
    const answer = ask("confirm", `${message}`, "");
    return answer !== undefined
      && RegExpPrototypeExec(agreement, StringPrototypeToLowerCase(StringPrototypeTrim(answer))) !== null;
  }
  function alert(message = "") {
    const text = `${message}`;
    if (ask("alert", text, "") === undefined) k.write(1, `${text}\n`);
  }
  p.ArrayPrototypeForEach([prompt, confirm, alert], (dialog) => {
    p.ObjectDefineProperty(dialog, "length", { __proto__: null, value: 0, configurable: true });
  });
  return { prompt, confirm, alert };
})
