using System.Text;
using RecoveryOS.Core.Messaging.CheckInTexts;

namespace RecoveryOS.Core.Tests.Messaging;

public sealed class CheckInTextTests(ITestOutputHelper output)
{
    [Fact]
    public void Check_ins_are_read_exactly_and_a_wrong_value_never()
    {
        var rows = Corpus.Read("check-ins.tsv");
        var other = rows.Where(static row => Describe(CheckInText.Read(row[1])) != row[0])
            .Select(static row => $"{row[1]}: expected {row[0]}, read {Describe(CheckInText.Read(row[1]))}").ToList();
        var wrong = rows.Where(static row => HasWrongValue(row[0], CheckInText.Read(row[1])))
            .Select(static row => row[1]).ToList();

        output.WriteLine(
            $"{rows.Count} texts, {rows.Count - other.Count} exact, {wrong.Count} with a wrong value\n"
            + string.Join('\n', other));
        Assert.Empty(wrong);
        Assert.True(rows.Count - other.Count >= rows.Count * 0.98, string.Join('\n', other));
    }

    [Fact]
    public void Whatever_is_read_is_in_range_and_nothing_throws()
    {
        var random = new Random(11);
        var seeds = Corpus.Read("check-ins.tsv").Select(static row => row[1]).ToList();
        for (var run = 0; run < 50_000; run++)
        {
            var text = new StringBuilder(seeds[random.Next(seeds.Count)]);
            for (var change = random.Next(4); change >= 0; change--)
            {
                char sign = random.Next(4) == 0
                    ? (char)random.Next(char.MaxValue + 1)
                    : "0123456789 .,-+/%h:"[random.Next(19)];
                text.Insert(random.Next(text.Length + 1), sign);
            }

            if (CheckInText.Read(text.ToString()) is CheckInText.Complete { Values: var values })
            {
                Assert.InRange(values.Adherence, 0, 100);
                Assert.InRange(values.MoodTrend, -10, 10);
                Assert.InRange(values.Cravings, 0, 100);
                Assert.InRange(values.SleepHoursTenths, 0, 240);
                Assert.InRange(values.Isolation, 0, 100);
            }
        }
    }

    [Fact]
    public void Five_numbers_in_range_are_read_as_they_were_written()
    {
        var random = new Random(13);
        foreach (string separator in new[] { " ", ", ", "; ", "/", "\n", " | " })
        {
            for (var run = 0; run < 2_000; run++)
            {
                int[] v =
                    [random.Next(101), random.Next(-10, 11), random.Next(101), random.Next(241), random.Next(101)];
                string sleep = v[3] % 10 == 0 ? $"{v[3] / 10}" : $"{v[3] / 10}.{v[3] % 10}";

                CheckInText read = CheckInText.Read(string.Join(separator, v[0], v[1], v[2], sleep, v[4]));

                Assert.Equal(new CheckInText.Complete(new CheckInValues(v[0], v[1], v[2], v[3], v[4])), read);
            }
        }
    }

    // A changed digit may be another answer; a changed separator, sign or count may not become one.
    [Theory]
    [InlineData("80 2 15 7.5 20", ":")]
    [InlineData("80 2 15 7.5 20", "-")]
    [InlineData("80 2 15 7.5 20", ".")]
    [InlineData("80 2 15 7.5 20", "~")]
    [InlineData("80 2 15 7.5 20", " to ")]
    [InlineData("80 2 15 7.5 20", "/")]
    public void A_doubtful_separator_is_not_guessed_at(string text, string separator)
    {
        for (int at = text.IndexOf(' ', StringComparison.Ordinal); at >= 0; at = text.IndexOf(' ', at + 1))
        {
            Assert.IsNotType<CheckInText.Complete>(CheckInText.Read(text[..at] + separator + text[(at + 1)..]));
        }
    }

    private static string Describe(CheckInText read) => read switch
    {
        CheckInText.Guided => "guided",
        CheckInText.Complete { Values: var v } =>
            $"{v.Adherence} {v.MoodTrend} {v.Cravings} {v.SleepHoursTenths} {v.Isolation}",
        CheckInText.Incomplete { Known: var known } => string.Join(
            ' ', Enum.GetValues<CheckInField>().Select(field => known[field] is { } value ? $"{value}" : "_")),
        _ => "none",
    };

    private static bool HasWrongValue(string expected, CheckInText read)
    {
        string[] values = Describe(read).Split(' ');
        string[] right = expected.Split(' ');
        return values.Length == 5
            && values.Where((value, at) => value != "_" && (right.Length != 5 || right[at] != value)).Any();
    }
}
