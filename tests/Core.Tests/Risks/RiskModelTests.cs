using RecoveryOS.Core.CheckIns;
using RecoveryOS.Core.Risks;

namespace RecoveryOS.Core.Tests.Risks;

public sealed class RiskModelTests
{
    [Theory]
    [InlineData(80, -2, 30, 60, 40, 49)] // the contract's example
    [InlineData(100, 0, 0, 80, 0, 0)]
    [InlineData(100, 10, 0, 240, 0, 0)] // a better mood and more sleep take nothing off
    [InlineData(0, -10, 100, 0, 100, 100)] // 25 + 30 + 33 + 32 + 50, clamped
    [InlineData(97, 0, 0, 80, 0, 0)] // 3 / 4
    [InlineData(96, 0, 0, 80, 0, 1)]
    [InlineData(100, 0, 2, 80, 0, 0)] // 2 / 3
    [InlineData(100, 0, 0, 78, 0, 0)] // 0.2 h × 4 = 0.8
    [InlineData(100, 0, 0, 77, 0, 1)] // 0.3 h × 4 = 1.2
    [InlineData(100, 0, 0, 0, 0, 32)]
    [InlineData(100, 0, 0, 80, 1, 0)]
    [InlineData(100, -1, 0, 80, 0, 3)]
    public void Score_is_the_sum_of_floored_factors(
        int adherence, int mood, int cravings, int sleepTenths, int isolation, int expected) =>
        Assert.Equal(expected, RiskModel.Score(new(adherence, mood, cravings, sleepTenths, isolation)).Value);

    [Fact]
    public void Factors_say_where_the_points_come_from() =>
        Assert.Equal(
            [new("adherence", 5), new("mood_trend", 6), new("cravings", 10), new("sleep_hours", 8),
                new("isolation", 20)],
            RiskModel.Score(new Answers(80, -2, 30, 60, 40)).Factors);

    [Theory]
    [InlineData(0, RiskBand.Low)]
    [InlineData(29, RiskBand.Low)]
    [InlineData(30, RiskBand.Elevated)]
    [InlineData(54, RiskBand.Elevated)]
    [InlineData(55, RiskBand.Moderate)]
    [InlineData(74, RiskBand.Moderate)]
    [InlineData(75, RiskBand.High)]
    [InlineData(100, RiskBand.High)]
    public void Bands_begin_where_the_contract_says(int score, string band) => Assert.Equal(band, RiskBand.Of(score));

    [Fact]
    public void No_answer_that_is_worse_lowers_the_score()
    {
        var random = new Random(7);
        for (var i = 0; i < 10_000; i++)
        {
            var answers = new Answers(
                random.Next(1, 101), random.Next(-9, 11), random.Next(0, 100), random.Next(1, 241),
                random.Next(0, 100));
            var score = RiskModel.Score(answers).Value;
            Assert.InRange(score, 0, 100);
            Assert.True(RiskModel.Score(answers with { Adherence = answers.Adherence - 1 }).Value >= score);
            Assert.True(RiskModel.Score(answers with { MoodTrend = answers.MoodTrend - 1 }).Value >= score);
            Assert.True(RiskModel.Score(answers with { Cravings = answers.Cravings + 1 }).Value >= score);
            Assert.True(RiskModel.Score(answers with { SleepTenths = answers.SleepTenths - 1 }).Value >= score);
            Assert.True(RiskModel.Score(answers with { Isolation = answers.Isolation + 1 }).Value >= score);
        }
    }
}
