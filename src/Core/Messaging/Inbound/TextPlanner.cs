using RecoveryOS.Core.Messaging.CheckInTexts;
using RecoveryOS.Core.Messaging.CrisisScreens;
using RecoveryOS.Core.Messaging.OptOuts;
using RecoveryOS.Core.Messaging.Replies;

namespace RecoveryOS.Core.Messaging.Inbound;

/// <summary>
/// Decides what follows from a text, in this order: crisis, opt-out, help, check-in, a person. Crisis comes before
/// every keyword, because people in distress write STOP, END and HELP too. Pure: the same text in the same situation,
/// the same plan.
/// </summary>
internal static class TextPlanner
{
    /// <param name="dialogue">What the member was asked, within the last four hours.</param>
    /// <param name="isMember">Whether somebody is enrolled with this number.</param>
    /// <param name="isStopped">Whether the number opted out. Then only STOP's undoing and HELP are answered.</param>
    /// <param name="isPaused">Whether a text of the number may have been an opt-out. START ends that too.</param>
    public static TextPlan Plan(string body, Dialogue? dialogue, bool isMember, bool isStopped, bool isPaused = false)
    {
        var intent = OptOutReader.Read(body);
        var plan = CrisisScreen.Screen(body) is { } finding ? Crisis(finding, intent, dialogue, isMember)
            : intent == OptOutIntent.Start && (isStopped || isPaused)
                ? new("start", ReplyName.StartConfirmed, OptOut: "started")
            : OptOut(intent, dialogue, isMember, isStopped)
            ?? (isMember ? CheckIn(body, dialogue) : new("unknown_number", ReplyName.UnknownNumber));
        var answersStopped = plan.OptOut == "started"
            || plan.Reply == ReplyName.Help
            || (plan.OptOut == "stopped" && !isStopped);
        return isStopped && !answersStopped ? plan with { Reply = null } : plan;
    }

    // STOP is honoured in a crisis as well; its one confirmation carries the crisis line.
    // Of an unknown number nobody can be told, so only where help is can be promised, which the HELP text says.
    private static TextPlan Crisis(CrisisFinding finding, OptOutIntent intent, Dialogue? dialogue, bool isMember) =>
        intent == OptOutIntent.Stop
            ? new("crisis", ReplyName.StopConfirmed, finding, OptOut: "stopped")
            : new("crisis", isMember ? ReplyName.Crisis : ReplyName.Help, finding, Dialogue: dialogue);

    private static TextPlan? OptOut(
        OptOutIntent intent, Dialogue? dialogue, bool isMember, bool isStopped) => intent switch
        {
            OptOutIntent.Stop => new("stop", ReplyName.StopConfirmed, OptOut: "stopped"),
            OptOutIntent.Help => new("help", ReplyName.Help, Dialogue: dialogue),
            OptOutIntent.Unsure when !isStopped => isMember
                ? new("unsure", ReplyName.Unparsed, OptOut: "paused", NeedsPerson: true)
                : new("unsure", ReplyName.UnknownNumber, OptOut: "paused"),
            _ => null,
        };

    private static TextPlan CheckIn(string body, Dialogue? dialogue)
    {
        var text = CheckInText.Read(body);
        return (text, dialogue) switch
        {
            (CheckInText.Complete complete, _) => Complete(complete.Values),
            (CheckInText.Guided, _) => Ask("guided", GuidedCheckIn.Start),
            (_, { Guided: { } guided }) => Answer(guided.Answer(body)),
            (CheckInText.Incomplete incomplete, null) => new(
                "clarify", ReplyTexts.Clarification(incomplete.Missing[0]), Dialogue: Dialogue.Clarifying),
            _ => new("unparsed", ReplyName.Unparsed, NeedsPerson: true),
        };
    }

    private static TextPlan Answer(GuidedStep step) => step switch
    {
        GuidedStep.Asked asked => Ask("answer", asked.State),
        GuidedStep.AskedAgain again => new("answer", ReplyName.AskAgain, Dialogue: new(again.State)),
        GuidedStep.Completed completed => Complete(completed.Values),
        _ => new("unfinished", ReplyName.DialogueUnfinished, NeedsPerson: true),
    };

    private static TextPlan Ask(string outcome, GuidedCheckIn state) =>
        new(outcome, ReplyTexts.Question(state.Question), Dialogue: new(state));

    private static TextPlan Complete(CheckInValues values) =>
        new("check_in", ReplyName.CheckInReceived, CheckIn: values);
}
