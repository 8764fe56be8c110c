using System.Security.Cryptography;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Manifests;

namespace RecoveryOS.Core.Tests.Backups.Drills;

public sealed class DriftCheckTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1000, 0, true)]
    [InlineData(10, 0, true)]
    [InlineData(1000, 600, true)]
    [InlineData(1000, 800, false)]
    [InlineData(120, 50, false)]
    [InlineData(9, 0, false)]
    [InlineData(1000, 1000, false)]
    [InlineData(1000, 5000, false)]
    public void A_table_that_loses_a_large_share_is_told(long before, long after, bool isTold) =>
        Assert.Equal(isTold, DriftCheck.Rows(Steps(before, after), null).Any());

    [Fact]
    public void A_table_that_is_emptied_now_and_then_is_not() =>
        Assert.Empty(DriftCheck.Rows(Steps(1000, 0, 900, 0), null));

    [Fact]
    public void What_fell_between_two_backups_is_told_by_the_next_test_and_by_none_after_it()
    {
        var steps = Steps(1000, 1000, 0, 0);

        Assert.Single(DriftCheck.Rows(steps, Start.AddDays(1)));
        Assert.Empty(DriftCheck.Rows(steps, Start.AddDays(3)));
    }

    [Fact]
    public void A_table_that_is_dropped_is_told_once()
    {
        List<DataStep> steps =
            [Step(0, ("t", 1000, false), ("u", 5, false)), Step(1, ("u", 5, false)), Step(2, ("u", 5, false))];

        Assert.Equal("app.public.t is gone, with 1000 rows.", Assert.Single(DriftCheck.Rows(steps, Start)));
        Assert.Empty(DriftCheck.Rows(steps, Start.AddDays(1)));
        Assert.Single(DriftCheck.Rows(steps[..2], null));
    }

    [Fact]
    public void A_dropped_table_is_told_also_where_it_was_not_counted_every_time_and_not_where_it_only_was_not_counted()
    {
        Assert.Equal(
            "app.public.t is gone, with 1000 rows.",
            Assert.Single(DriftCheck.Rows([Step(0, ("t", 1000, false)), Step(1, ("t", null, false)), Step(2)], null)));
        Assert.Equal(
            "app.public.t is gone.", Assert.Single(DriftCheck.Rows([Step(0, ("t", null, false)), Step(1)], null)));
        Assert.Empty(DriftCheck.Rows([Step(0, ("t", 1000, false)), Step(1, ("t", null, false))], null));
    }

    [Fact]
    public void An_empty_table_and_the_oldest_of_many_partitions_may_go()
    {
        Assert.Empty(DriftCheck.Rows([Step(0, ("t", 0, false)), Step(1)], null));
        Assert.Empty(DriftCheck.Rows(
            [
                Step(0, ("log_2026_01", 500, true), ("log_2026_02", 400, true)),
                Step(1, ("log_2026_02", 400, true), ("log_2026_03", 0, true)),
            ],
            null));
        Assert.Equal(
            2,
            DriftCheck.Rows([Step(0, ("log_2026_01", 500, true), ("log_2026_02", 400, true)), Step(1)], null).Count());
    }

    [Theory]
    [InlineData(0, 5000, 50, 5000, true)]
    [InlineData(0, 5000, 4, 5000, false)]
    [InlineData(0, 5000, 5000, 5000, true)]
    [InlineData(2500, 5000, 2600, 5000, false)]
    [InlineData(2500, 5000, 4000, 5000, true)]
    [InlineData(5000, 5000, 5000, 5000, false)]
    [InlineData(0, 0, 100, 100, false)]
    public void Texts_that_turn_into_ciphertext_are_told(
        int before, int of, int now, int ofNow, bool isTold) => Assert.Equal(
        isTold,
        DriftCheck.Columns([new("app", "public", "t", "c", of, before)], [new("app", "public", "t", "c", ofNow, now)])
            .Any());

    [Theory]
    [InlineData("The quick brown fox jumps over the lazy dog.")]
    [InlineData("anna.schmidt-mueller@krankenhaus.example")]
    [InlineData("https://example.org/some/path/to/a/page")]
    [InlineData("short")]
    [InlineData("name-000123")]
    [InlineData("2026-11-28T09:00:00.000000Z and later")]
    [InlineData("Donaudampfschifffahrtsgesellschaftskapitän")]
    [InlineData("今日は少し疲れていますが、散歩に行きました。友達と話しました。")]
    public void Words_are_not_taken_for_ciphertext(string text) => Assert.False(Ciphertext.Looks(text));

    [Fact]
    public void Ciphertext_is_recognised_in_base64_and_hex()
    {
        var random = new Random(7);
        var seen = Enumerable.Range(0, 2000).Count(index =>
        {
            var bytes = new byte[32 + (index % 64)];
            random.NextBytes(bytes);
            var sealedBytes = SHA512.HashData(bytes);
            return Ciphertext.Looks(
                index % 2 == 0 ? Convert.ToBase64String(sealedBytes) : Convert.ToHexString(sealedBytes));
        });

        Assert.InRange(seen, 1900, 2000);
    }

    private static List<DataStep> Steps(params long[] rows) =>
        [.. rows.Select((count, day) => Step(day, ("t", count, false)))];

    /// <param name="tables">Null rows: it was not counted then.</param>
    private static DataStep Step(int day, params (string Name, long? Rows, bool IsPartition)[] tables) => DataStep.Of(
        Start.AddDays(day),
        [
            new DatabaseContent(
                "app",
                [.. tables.Select(
                    table => new TableContent(
                        "public", table.Name, table.IsPartition ? "partition" : "ordinary", table.Rows, null, 8192))],
                [],
                0),
        ]);
}
