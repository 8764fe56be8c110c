using RecoveryOS.Core.Messaging.CheckInTexts;
using RecoveryOS.Core.Messaging.CrisisScreens;
using RecoveryOS.Core.Messaging.Replies;

namespace RecoveryOS.Core.Messaging.Inbound;

/// <summary>All that follows from a text.</summary>
/// <param name="Outcome">What it was, for the record and the log: it quotes nothing.</param>
/// <param name="Reply">Null: nothing is answered.</param>
/// <param name="OptOut">What the ledger shall say: stopped, paused or started; null leaves it.</param>
/// <param name="NeedsPerson">It opens an engagement alert.</param>
/// <param name="Dialogue">What the next text is awaited for; null ends a dialogue.</param>
internal sealed record TextPlan(
    string Outcome,
    ReplyName? Reply = null,
    CrisisFinding? Crisis = null,
    CheckInValues? CheckIn = null,
    string? OptOut = null,
    bool NeedsPerson = false,
    Dialogue? Dialogue = null);
