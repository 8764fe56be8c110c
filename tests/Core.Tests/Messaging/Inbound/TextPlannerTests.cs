using RecoveryOS.Core.Messaging.CheckInTexts;
using RecoveryOS.Core.Messaging.Inbound;
using RecoveryOS.Core.Messaging.Replies;

namespace RecoveryOS.Core.Tests.Messaging.Inbound;

public sealed class TextPlannerTests
{
    private const string Whole = "80 2 15 7.5 20";

    public static TheoryData<string, string, ReplyName, string?, bool> FirstTexts => new()
    {
        { "I want to kill myself", "crisis", ReplyName.Crisis, null, false },
        { "I want to kill myself. STOP texting me", "crisis", ReplyName.StopConfirmed, "stopped", false },
        { "I want to kill myself. HELP", "crisis", ReplyName.Crisis, null, false },
        { "80 2 15 7.5 20 i want to die", "crisis", ReplyName.Crisis, null, false },
        { "quiero morirme", "crisis", ReplyName.Crisis, null, false },
        { "je veux mourir", "crisis", ReplyName.Crisis, null, false },
        { "STOP", "stop", ReplyName.StopConfirmed, "stopped", false },
        { "ARRET", "stop", ReplyName.StopConfirmed, "stopped", false },
        { "stop texting me", "stop", ReplyName.StopConfirmed, "stopped", false },
        { "HELP", "help", ReplyName.Help, null, false },
        { "80 2 15 7.5 20", "check_in", ReplyName.CheckInReceived, null, false },
        { "CHECKIN", "guided", ReplyName.AskAdherence, null, false },
        { "mood -2, sleep 6", "clarify", ReplyName.ClarifyAdherence, null, false },
        { "mood 2 adherence 80 sleep 6 isolation 4", "clarify", ReplyName.ClarifyCravings, null, false },
        { "too many texts", "unsure", ReplyName.Unparsed, "paused", true },
        { "I want to stop drinking", "unparsed", ReplyName.Unparsed, null, true },
        { "it was a long day", "unparsed", ReplyName.Unparsed, null, true },
        { "YES", "unparsed", ReplyName.Unparsed, null, true },
        { "START", "unparsed", ReplyName.Unparsed, null, true },
        { "", "unparsed", ReplyName.Unparsed, null, true },
    };

    [Theory, MemberData(nameof(FirstTexts))]
    public void A_members_first_text_is_taken_in_order_of_what_matters_most(
        string body, string outcome, ReplyName reply, string? optOut, bool needsPerson) => Assert.Equal(
        (outcome, reply, optOut, needsPerson),
        Summary(TextPlanner.Plan(body, null, isMember: true, isStopped: false)));

    [Theory]
    [InlineData("STOP", "stop", null)]
    [InlineData("stop texting me", "stop", null)]
    [InlineData("START", "start", ReplyName.StartConfirmed)]
    [InlineData("YES", "start", ReplyName.StartConfirmed)]
    [InlineData("HELP", "help", ReplyName.Help)]
    [InlineData("I want to kill myself", "crisis", null)]
    [InlineData("I want to kill myself. STOP texting me", "crisis", null)]
    [InlineData(Whole, "check_in", null)]
    [InlineData("CHECKIN", "guided", null)]
    [InlineData("it was a long day", "unparsed", null)]
    public void A_number_that_opted_out_is_answered_START_and_HELP_only(string body, string outcome, ReplyName? reply)
    {
        var plan = TextPlanner.Plan(body, null, isMember: true, isStopped: true);

        Assert.Equal((outcome, reply), (plan.Outcome, plan.Reply));
        Assert.Equal(outcome == "crisis", plan.Crisis is not null);
        Assert.Equal(outcome == "check_in", plan.CheckIn is not null);
    }

    [Theory]
    [InlineData("80 2 15 7.5 20", "unknown_number", ReplyName.UnknownNumber)]
    [InlineData("CHECKIN", "unknown_number", ReplyName.UnknownNumber)]
    [InlineData("who is this", "unknown_number", ReplyName.UnknownNumber)]
    [InlineData("YES", "unknown_number", ReplyName.UnknownNumber)]
    [InlineData("too many texts", "unsure", ReplyName.UnknownNumber)]
    [InlineData("HELP", "help", ReplyName.Help)]
    [InlineData("STOP", "stop", ReplyName.StopConfirmed)]
    [InlineData("I want to kill myself", "crisis", ReplyName.Help)]
    public void A_number_that_nobody_enrolled_checks_nobody_in(string body, string outcome, ReplyName reply)
    {
        var plan = TextPlanner.Plan(body, null, isMember: false, isStopped: false);

        Assert.Equal((outcome, reply), (plan.Outcome, plan.Reply));
        Assert.Equal((null, null, false), (plan.CheckIn, plan.Dialogue, plan.NeedsPerson));
    }

    [Theory]
    [InlineData(true, false, "start")]
    [InlineData(false, true, "start")]
    [InlineData(false, false, "unparsed")]
    public void Start_ends_a_stop_and_a_pause(bool isStopped, bool isPaused, string outcome)
    {
        var plan = TextPlanner.Plan("START", null, isMember: true, isStopped, isPaused);

        Assert.Equal((outcome, outcome == "start" ? "started" : null), (plan.Outcome, plan.OptOut));
    }

    [Fact]
    public void Five_numbers_are_the_check_in_of_those_numbers() => Assert.Equal(
        new CheckInValues(80, 2, 15, 75, 20), TextPlanner.Plan(Whole, null, isMember: true, isStopped: false).CheckIn);

    [Fact]
    public void A_crisis_finding_names_its_rule_and_its_rules_version()
    {
        var finding = TextPlanner.Plan("I want to kill myself", null, isMember: true, isStopped: false).Crisis;

        Assert.NotNull(finding);
        Assert.NotEmpty(finding.RuleId);
        Assert.NotEmpty(finding.RuleSetVersion);
    }

    [Theory]
    [InlineData("mood -2, sleep 6", "unparsed")]
    [InlineData("no idea", "unparsed")]
    [InlineData("YES", "unparsed")]
    [InlineData("CHECKIN", "guided")]
    [InlineData(Whole, "check_in")]
    [InlineData("HELP", "help")]
    [InlineData("STOP", "stop")]
    [InlineData("I want to kill myself", "crisis")]
    public void One_clarifying_question_is_asked_and_then_a_person_reads(string body, string outcome)
    {
        var plan = TextPlanner.Plan(body, Dialogue.Clarifying, isMember: true, isStopped: false);

        Assert.Equal((outcome, outcome == "unparsed"), (plan.Outcome, plan.NeedsPerson));
        Assert.Equal(outcome is "help" or "crisis" ? Dialogue.Clarifying : plan.Dialogue, plan.Dialogue);
        Assert.Equal(outcome is "help" or "crisis" or "guided", plan.Dialogue is not null);
    }

    private static (string Outcome, ReplyName? Reply, string? OptOut, bool NeedsPerson) Summary(TextPlan plan) =>
        (plan.Outcome, plan.Reply, plan.OptOut, plan.NeedsPerson);
}
