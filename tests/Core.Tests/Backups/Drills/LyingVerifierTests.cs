using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Checks;
using RecoveryOS.Core.Backups.Manifests;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>
/// Each of these was called a good backup by somebody's verifier; and some good ones were called bad.
/// </summary>
[Collection(FaultMatrix.Collection)]
public sealed class LyingVerifierTests(FaultMatrix matrix)
{
    public static TheoryData<string, string, string> Lies => new()
    {
        { "tables were counted, and no row in them", "dump_without_rows", "data_manifest" },
        { "more than no table is enough", "dump_without_rows", "data_manifest" },
        {
            "a restore that failed left the tables of the one before",
            "dump_without_tables_after_a_good_one", "restore"
        },
        { "psql ends with 0 whatever happened", "dump_as_plain_sql", "preflight" },
        { "a list of contents comes from a cut dump too", "dump_cut_before_it_was_stored", "preflight" },
        { "a list of contents comes from a flipped dump too", "dump_flipped_before_it_was_stored", "preflight" },
        { "rows alone are restored into nothing", "dump_without_tables", "restore" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void What_others_believed_fails_here(string lie, string damage, string check)
    {
        var one = Assert.Single(matrix.Report.Cases, found => found.Name == damage);

        Assert.True(
            one.IsRight && one.CaughtBy.Contains(check),
            $"{lie}: caught by [{string.Join(", ", one.CaughtBy)}], {one.Detail}");
    }

    /// <summary>
    /// The specimen has an empty database, an empty table, and one of which half of the pages are dead rows.
    /// </summary>
    [Fact]
    public void Nobody_cries_over_what_was_empty_or_shrank() => Assert.All(
        matrix.Report.Cases.Where(one => one.Expected is null), one => Assert.True(one.IsRight, one.Detail));

    [Fact]
    public void A_table_that_should_hold_rows_is_not_taken_for_one_that_is_empty()
    {
        var notes = new TableContent("public", "notes", "ordinary", 10, "77", 8192);

        Assert.Equal(Verdict.Failed, ContentComparison.Exact(
            [new DatabaseContent("app", [notes], [], 0)],
            [new DatabaseContent("app", [notes with { Rows = 0, Hash = "0" }], [], 0)],
            isPhysical: false).Verdict);
    }
}
