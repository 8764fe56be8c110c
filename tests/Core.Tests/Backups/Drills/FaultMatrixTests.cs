using RecoveryOS.Core.Backups.Drills.SelfTests;

namespace RecoveryOS.Core.Tests.Backups.Drills;

[Collection(FaultMatrix.Collection)]
public sealed class FaultMatrixTests(FaultMatrix matrix)
{
    public static TheoryData<string> Names => [.. Damages.All.Select(damage => damage.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Damage_is_noticed_for_the_right_reason_and_a_clean_copy_passes(string name)
    {
        var one = Assert.Single(matrix.Report.Cases, found => found.Name == name);

        Assert.True(
            one.IsRight,
            $"expected {one.Expected ?? "nothing"}, caught by [{string.Join(", ", one.CaughtBy)}]: {one.Detail}");
    }

    [Fact]
    public void Sound_copies_are_looked_at_in_every_way_that_damaged_ones_are() => Assert.Equal(
        Enum.GetValues<Look>().Order(),
        Damages.All.Where(damage => damage.Expected is null).Select(damage => damage.Method).Order());

    [Fact]
    public async Task The_self_test_is_written_down_and_leaves_nothing()
    {
        Assert.Equal(
            [matrix.Report.IsPassed ? "succeeded" : "failed"],
            await matrix.Room.QueryAsync("SELECT status FROM backup_runs WHERE job = 'self_test'"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(matrix.Specimen.Options.Folder, "scratch")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(matrix.Room.Folder, "matrix")));
        Assert.Equal(
            matrix.Report.IsPassed,
            (await new VerifierState(matrix.Room.Database).LastAsync(TestContext.Current.CancellationToken))?.IsPassed);
    }
}
