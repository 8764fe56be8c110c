using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Providers;

namespace RecoveryOS.Core.Tests.Messaging.Outbound;

/// <summary>What follows when the provider does not know a text, or does not say.</summary>
public sealed class LookStepTests
{
    private const string Waits = "waits";

    [Theory]
    [InlineData(TextClass.Crisis, false, "queued failed_over absent")]
    [InlineData(TextClass.Crisis, false, "queued resent absent", false)]
    [InlineData(TextClass.Crisis, true, "queued resent absent")]
    [InlineData(TextClass.Alert, false, "queued failed_over absent")]
    [InlineData(TextClass.Alert, true, "queued resent absent")]
    [InlineData(TextClass.Reply, false, "failed unconfirmed absent")]
    [InlineData(TextClass.Reply, true, "queued resent never_handed_over")]
    [InlineData(TextClass.Message, false, "failed unconfirmed absent")]
    [InlineData(TextClass.Message, true, "queued resent never_handed_over")]
    [InlineData(TextClass.Reminder, false, "failed unconfirmed absent")]
    [InlineData(TextClass.Reminder, true, "queued resent never_handed_over")]
    public void Text_that_the_provider_does_not_have(
        TextClass textClass, bool leaseExpired, string expected, bool hasOther = true)
    {
        Assert.Equal(expected, Step(Text(textClass, "unknown", leaseExpired), new LookOutcome.Absent(), hasOther));
    }

    [Theory]
    [InlineData(TextClass.Crisis, "timeout", 1, true, "queued failed_over unavailable")]
    [InlineData(TextClass.Crisis, "timeout", 1, false, Waits)]
    [InlineData(TextClass.Alert, "timeout", 1, true, "queued failed_over unavailable")]
    [InlineData(TextClass.Alert, "timeout", 90, false, Waits)]
    [InlineData(TextClass.Reminder, "timeout", 90, true, Waits)]
    [InlineData(TextClass.Message, "timeout", 1_441, true, "failed unconfirmed unavailable")]
    [InlineData(TextClass.Crisis, "not_offered", 1, true, "queued failed_over not_offered")]
    [InlineData(TextClass.Crisis, "not_offered", 1, false, "queued resent not_offered")]
    [InlineData(TextClass.Alert, "not_offered", 1, true, "queued failed_over not_offered")]
    [InlineData(TextClass.Alert, "not_offered", 1, false, "queued resent not_offered")]
    [InlineData(TextClass.Reminder, "not_offered", 1, true, "failed unconfirmed not_offered")]
    [InlineData(TextClass.Reply, "not_offered", 1, true, "failed unconfirmed not_offered")]
    public void Text_that_nobody_knows_of_at_a_provider_that_does_not_say(
        TextClass textClass, string reason, int minutes, bool hasOther, string expected)
    {
        var text = Text(textClass, "unknown", leaseExpired: true, minutes);

        Assert.Equal(expected, Step(text, new LookOutcome.Unavailable(reason), hasOther));
    }

    [Theory]
    [InlineData("accepted", "timeout", 90, Waits)]
    [InlineData("sent", "timeout", 1_441, " no_receipt too_late")]
    [InlineData("accepted", "not_offered", 3, " no_receipt not_offered")]
    [InlineData("sent", "absent", 90, Waits)]
    [InlineData("sent", "absent", 1_441, " no_receipt absent")]
    [InlineData("sent", "found", 90, Waits)]
    [InlineData("sent", "found", 1_441, " no_receipt too_late")]
    public void Text_whose_end_nobody_tells_stays_as_it_is_after_a_day(
        string state, string answer, int minutes, string expected)
    {
        LookOutcome outcome = answer switch
        {
            "found" => new LookOutcome.Found("SM1", "sent", null),
            "absent" => new LookOutcome.Absent(),
            _ => new LookOutcome.Unavailable(answer),
        };

        Assert.All(Enum.GetValues<TextClass>(), textClass =>
            Assert.Equal(expected, Step(Text(textClass, state, leaseExpired: false, minutes), outcome)));
    }

    private static string Step(LookedText text, LookOutcome outcome, bool hasOther = true) =>
        LookStep.Of(text, outcome, hasOther) is { } step ? $"{step.State} {step.Event} {step.Reason}" : Waits;

    private static LookedText Text(TextClass textClass, string state, bool leaseExpired, int minutes = 1) => new(
        Guid.Empty, textClass, state, 1, "twilio", null, TimeSpan.FromMinutes(minutes), leaseExpired, Question: null);
}
