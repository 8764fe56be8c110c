using System.Text.Json;
using RecoveryOS.Core.Messaging.CheckInTexts;

namespace RecoveryOS.Core.Tests.Messaging;

public sealed class GuidedCheckInTests
{
    [Fact]
    public void Five_answers_complete_the_check_in() =>
        Assert.Equal(
            new GuidedStep.Completed(new CheckInValues(80, -2, 15, 75, 20)),
            Answer("80%", "-2", "15", "7,5 hrs", "20 thanks"));

    [Fact]
    public void A_skipped_question_is_asked_once_more_at_the_end()
    {
        GuidedStep step = Answer("80", "SKIP", "15", "7.5", "20");

        Assert.Equal(CheckInField.Mood, Assert.IsType<GuidedStep.Asked>(step).State.Question);
        Assert.IsType<GuidedStep.Completed>(Answer("80", "SKIP", "15", "7.5", "20", "3"));
    }

    [Fact]
    public void A_question_skipped_twice_ends_the_dialogue_unfinished() =>
        Assert.Equal(
            new GuidedStep.Unfinished(new KnownValues(80, null, 15, 75, 20)),
            Answer("80", "saltar", "15", "7.5", "20", "passer"));

    [Fact]
    public void Back_asks_the_question_before_and_forgets_its_answer()
    {
        GuidedStep.Asked step = Assert.IsType<GuidedStep.Asked>(Answer("80", "2", "back"));

        Assert.Equal((CheckInField.Mood, new KnownValues(80)), (step.State.Question, step.State.Answers));
        Assert.Equal(CheckInField.Adherence, Assert.IsType<GuidedStep.Asked>(Answer("retour")).State.Question);
    }

    [Theory]
    [InlineData("eighty", GuidedMiss.NotANumber)]
    [InlineData("80 or 90", GuidedMiss.NotANumber)]
    [InlineData("80/100", GuidedMiss.NotANumber)]
    [InlineData("not 80", GuidedMiss.NotANumber)]
    [InlineData("mood 8", GuidedMiss.NotANumber)]
    [InlineData("101", GuidedMiss.OutOfRange)]
    [InlineData("80.5", GuidedMiss.OutOfRange)]
    [InlineData("80mg", GuidedMiss.OutOfRange)]
    public void What_is_no_clear_answer_is_asked_again(string text, GuidedMiss reason) =>
        Assert.Equal(reason, Assert.IsType<GuidedStep.AskedAgain>(GuidedCheckIn.Start.Answer(text)).Reason);

    [Fact]
    public void Two_answers_in_a_row_that_are_none_leave_the_dialogue() =>
        Assert.Equal(new GuidedStep.Left(new KnownValues(80)), Answer("80", "well", "you see"));

    [Fact]
    public void The_member_can_leave_or_answer_everything_at_once()
    {
        Assert.IsType<GuidedStep.Left>(Answer("80", "exit"));
        Assert.Equal(new GuidedStep.Completed(new CheckInValues(70, 1, 10, 60, 5)), Answer("80", "70 1 10 6 5"));
    }

    [Fact]
    public void The_state_survives_as_small_json()
    {
        GuidedCheckIn state = Assert.IsType<GuidedStep.Asked>(Answer("80", "skip", "15")).State;

        string json = JsonSerializer.Serialize(state);
        GuidedCheckIn? stored = JsonSerializer.Deserialize<GuidedCheckIn>(json);

        Assert.True(json.Length < 250, json);
        Assert.Equal(json, JsonSerializer.Serialize(stored));
        Assert.Equal(new GuidedStep.Asked(state with { }).State.Question, stored?.Question);
    }

    private static GuidedStep Answer(params string[] answers)
    {
        GuidedStep step = new GuidedStep.Asked(GuidedCheckIn.Start);
        foreach (string answer in answers)
        {
            step = step switch
            {
                GuidedStep.Asked asked => asked.State.Answer(answer),
                GuidedStep.AskedAgain again => again.State.Answer(answer),
                _ => throw new InvalidOperationException($"The dialogue was over before {answer}."),
            };
        }

        return step;
    }
}
