using RecoveryOS.Core.Messaging.CheckInTexts;
using RecoveryOS.Core.Messaging.Inbound;
using RecoveryOS.Core.Messaging.Replies;

namespace RecoveryOS.Core.Tests.Messaging.Inbound;

/// <summary>The guided questions as texts that come in, each state stored as JSON in between.</summary>
public sealed class DialogueTests
{
    [Theory]
    [InlineData("80|2|15|7.5|20", "AskAdherence AskMood AskCravings AskSleep AskIsolation CheckInReceived")]
    [InlineData(
        "80|SKIP|15|7.5|20|3",
        "AskAdherence AskMood AskCravings AskSleep AskIsolation AskMood CheckInReceived")]
    [InlineData(
        "80|2|BACK|3|15|7.5|20",
        "AskAdherence AskMood AskCravings AskMood AskCravings AskSleep AskIsolation CheckInReceived")]
    [InlineData(
        "80|saltar|15|7.5|20|passer",
        "AskAdherence AskMood AskCravings AskSleep AskIsolation AskMood DialogueUnfinished")]
    [InlineData("80|CHECKIN|70", "AskAdherence AskMood AskAdherence AskMood")]
    [InlineData("80|70 1 10 6 5", "AskAdherence AskMood CheckInReceived")]
    [InlineData("80|HELP|2", "AskAdherence AskMood Help AskCravings")]
    [InlineData("80|YES|2", "AskAdherence AskMood AskAgain AskCravings")]
    [InlineData("80|YES|START", "AskAdherence AskMood AskAgain DialogueUnfinished")]
    [InlineData("101|100", "AskAdherence AskAgain AskMood")]
    [InlineData("80|well|you see", "AskAdherence AskMood AskAgain DialogueUnfinished")]
    [InlineData("80|exit", "AskAdherence AskMood DialogueUnfinished")]
    [InlineData("80|STOP", "AskAdherence AskMood StopConfirmed")]
    [InlineData("80|i want to die|2", "AskAdherence AskMood Crisis AskCravings")]
    public void Guided_questions_lead_here(string texts, string replies)
    {
        List<ReplyName?> given = [];
        Dialogue? dialogue = null;
        foreach (var text in texts.Split('|').Prepend("CHECKIN"))
        {
            var plan = TextPlanner.Plan(text, Dialogue.Parse(dialogue?.ToJson()), isMember: true, isStopped: false);
            given.Add(plan.Reply);
            dialogue = plan.Dialogue;
        }

        Assert.Equal(replies, string.Join(' ', given));
        Assert.Equal(
            given[^1] is not (ReplyName.CheckInReceived or ReplyName.DialogueUnfinished or ReplyName.StopConfirmed),
            dialogue is not null);
    }

    [Theory]
    [InlineData("80|2|15|7.5|20", false)]
    [InlineData("80|exit", true)]
    [InlineData("80|skip|15|7.5|20|skip", true)]
    public void Person_reads_a_dialogue_that_ends_unfinished(string texts, bool needsPerson)
    {
        Dialogue? dialogue = null;
        var needed = false;
        foreach (var text in texts.Split('|').Prepend("CHECKIN"))
        {
            var plan = TextPlanner.Plan(text, dialogue, isMember: true, isStopped: false);
            (dialogue, needed) = (plan.Dialogue, plan.NeedsPerson);
        }

        Assert.Equal(needsPerson, needed);
    }

    [Fact]
    public void Guided_state_survives_as_JSON()
    {
        var state = new GuidedCheckIn(CheckInField.Sleep, new(80, -2, null, 75, 20), [CheckInField.Cravings], 1);

        var json = new Dialogue(state).ToJson();
        var read = Dialogue.Parse(json)?.Guided;

        Assert.NotNull(read);
        Assert.Equal((state.Question, state.Answers, state.Misses), (read.Question, read.Answers, read.Misses));
        Assert.Equal(state.Skipped, read.Skipped);
        Assert.Equal(json, new Dialogue(read).ToJson());
    }

    [Fact]
    public void Clarifying_question_survives_as_JSON()
    {
        Assert.Equal(Dialogue.Clarifying, Dialogue.Parse(Dialogue.Clarifying.ToJson()));
        Assert.Null(Dialogue.Parse(null));
    }
}
