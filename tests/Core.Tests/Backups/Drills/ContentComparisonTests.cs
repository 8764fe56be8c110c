using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Manifests;

namespace RecoveryOS.Core.Tests.Backups.Drills;

public sealed class ContentComparisonTests
{
    private static readonly TableContent Notes = new("public", "notes", "ordinary", 10, "77", 8192);

    private static readonly TableContent NotPopulated = Notes with
    {
        Name = "view",
        Kind = "materialized_view",
        Rows = null,
        Hash = null,
        Unread = SourceTable.NotPopulated,
    };

    [Fact]
    public void The_same_rows_pass() => Assert.Equal(Verdict.Passed, Compare([Notes], [Notes]).Verdict);

    [Theory]
    [InlineData("ordinary", 9L, "77", true)]
    [InlineData("ordinary", 10L, "78", true)]
    [InlineData("ordinary", null, null, true)]
    [InlineData("partition", 0L, "0", true)]
    [InlineData("large_objects", 10L, "78", false)]
    public void Other_rows_fail(string kind, long? rows, string? hash, bool isPhysical) => Assert.Equal(
        Verdict.Failed,
        Compare(
            [Notes with { Kind = kind }], [Notes with { Kind = kind, Rows = rows, Hash = hash }], isPhysical).Verdict);

    [Theory]
    [InlineData("unlogged", true)]
    [InlineData("foreign", true)]
    [InlineData("foreign", false)]
    [InlineData("materialized_view", false)]
    [InlineData("extension", false)]
    public void What_holds_no_rows_of_its_own_after_such_a_restore_is_not_compared(string kind, bool isPhysical)
    {
        var result = Compare(
            [Notes, Notes with { Name = "odd", Kind = kind }],
            [Notes, Notes with { Name = "odd", Kind = kind, Rows = 0, Hash = "0" }],
            isPhysical);

        Assert.Equal(Verdict.Passed, result.Verdict);
    }

    [Fact]
    public void An_empty_database_is_no_reason_to_cry() => Assert.Equal(Verdict.Passed, Compare([], []).Verdict);

    [Fact]
    public void Empty_tables_that_were_empty_pass()
    {
        var empty = Notes with { Rows = 0, Hash = "0" };

        Assert.Equal(Verdict.Passed, Compare([empty], [empty]).Verdict);
    }

    [Fact]
    public void A_restore_with_its_tables_and_without_their_rows_fails() =>
        Assert.Contains(
            "0 rows, expected 10",
            Compare([Notes], [Notes with { Rows = 0, Hash = "0" }]).Detail,
            StringComparison.Ordinal);

    [Fact]
    public void A_missing_table_a_missing_database_and_a_leftover_table_fail()
    {
        Assert.Contains("public.notes is missing", Compare([Notes], []).Detail, StringComparison.Ordinal);
        Assert.Contains("not of this backup", Compare([], [Notes]).Detail, StringComparison.Ordinal);
        Assert.Contains(
            "database app is missing",
            ContentComparison.Exact([Database([Notes])], [], isPhysical: true).Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_that_counted_nothing_proves_nothing() => Assert.Equal(
        Verdict.Inconclusive, Compare([Notes with { Rows = null, Hash = null }], [Notes]).Verdict);

    [Fact]
    public void A_table_that_the_manifest_could_not_look_at_keeps_the_comparison_open_and_a_difference_still_fails()
    {
        var locked = Notes with { Name = "locked", Rows = null, Hash = null, Unread = "it could not be locked" };

        var result = Compare([Notes, locked], [Notes, locked with { Rows = 3, Hash = "1", Unread = null }]);

        Assert.Equal(Verdict.Inconclusive, result.Verdict);
        Assert.Contains("app.public.locked: it could not be locked", result.Detail, StringComparison.Ordinal);
        Assert.Equal(
            Verdict.Failed,
            Compare(
                [Notes, locked],
                [Notes with { Rows = 9 }, locked with { Rows = 3, Hash = "1", Unread = null }]).Verdict);
    }

    [Fact]
    public void A_view_that_holds_nothing_yet_is_no_reason_to_cry() => Assert.Equal(
        Verdict.Passed,
        Compare(
            [Notes, NotPopulated],
            [Notes, NotPopulated]).Verdict);

    [Fact]
    public void What_nobody_read_was_not_read_back()
    {
        var view = Notes with { Kind = "materialized_view", Rows = null, Hash = null };

        Assert.Equal(Verdict.Inconclusive, ContentComparison.ReadBack([]).Verdict);
        Assert.Equal(
            Verdict.Failed, ContentComparison.ReadBack([Database([Notes with { Rows = null, Hash = null }])]).Verdict);
        Assert.Equal(
            Verdict.Failed, ContentComparison.ReadBack(
                [Database([view with { Unread = "the server says: could not read block 3" }])]).Verdict);
        Assert.Equal(
            Verdict.Passed,
            ContentComparison.ReadBack([Database([Notes, view with { Unread = SourceTable.NotPopulated }])]).Verdict);
        Assert.Equal(Verdict.Passed, ContentComparison.ReadBack([Database([])]).Verdict);
    }

    [Fact]
    public void A_table_that_was_not_hashed_this_time_is_compared_by_its_count()
    {
        Assert.Equal(Verdict.Passed, Compare([Notes with { Hash = null }], [Notes]).Verdict);
        Assert.Equal(Verdict.Failed, Compare([Notes with { Hash = null }], [Notes with { Rows = 11 }]).Verdict);
    }

    [Fact]
    public void A_table_that_cannot_be_read_fails_the_reading_back()
    {
        var unread = Notes with { Rows = null, Hash = null, Unread = "the server says: could not read block 3" };

        Assert.Contains(
            "could not read block 3",
            ContentComparison.ReadBack([Database([unread])]).Detail,
            StringComparison.Ordinal);
        Assert.Equal(Verdict.Failed, ContentComparison.ReadBack([Database([unread])]).Verdict);
        Assert.Equal(Verdict.Failed, Compare([Notes], [unread]).Verdict);
    }

    [Fact]
    public void Other_large_objects_fail() => Assert.Equal(
        Verdict.Failed,
        ContentComparison.Exact([Database([])], [Database([]) with { LargeObjects = 1 }], isPhysical: true).Verdict);

    private static CheckResult Compare(TableContent[] expected, TableContent[] restored, bool isPhysical = true) =>
        ContentComparison.Exact([Database(expected)], [Database(restored)], isPhysical);

    private static DatabaseContent Database(TableContent[] tables) => new("app", tables, [], 0);
}
