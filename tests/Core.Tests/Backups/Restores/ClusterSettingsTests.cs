using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Restores.Plans;

namespace RecoveryOS.Core.Tests.Backups.Restores;

[Collection(RestoreCollection.Name)]
public sealed class ClusterSettingsTests(RestoreSpecimen specimen)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_would_reach_out_of_the_copy_is_put_out_of_effect_and_told()
    {
        await using var scratch = await specimen.Scratch.CreateAsync(CancellationToken);
        var folder = RestoreFolder.Prepare(scratch.Data, "A test.");
        await File.WriteAllTextAsync(
            folder.Inside("postgresql.conf"),
            """
            data_directory = '/var/lib/postgresql/15/main'
            listen_addresses = '*'
              RECOVERY_TARGET_TIME='2020-01-01'
            work_mem = 4MB
            # archive_mode = on
            """,
            CancellationToken);
        await File.WriteAllTextAsync(
            folder.Inside("postgresql.auto.conf"),
            "synchronous_standby_names = 'first'\narchive_command 'ship %p'\n",
            CancellationToken);
        var plan = await specimen.Planner(specimen.StoreFolder).PlanAsync(
            RestoreSpecimen.Server, RestoreTarget.ToName(RestoreSpecimen.PointName), CancellationToken);

        var notes = await new ClusterSettings(folder).ApplyAsync(plan, CancellationToken);

        Assert.Equal(
            [
                "# before the restore: data_directory = '/var/lib/postgresql/15/main'",
                "listen_addresses = '*'",
                "# before the restore:   RECOVERY_TARGET_TIME='2020-01-01'",
                "work_mem = 4MB",
                "# archive_mode = on",
            ],
            await File.ReadAllLinesAsync(folder.Inside("postgresql.conf"), CancellationToken));
        var automatic = await File.ReadAllLinesAsync(folder.Inside("postgresql.auto.conf"), CancellationToken);
        Assert.DoesNotContain("synchronous_standby_names = 'first'", automatic);
        Assert.DoesNotContain("archive_command 'ship %p'", automatic);
        Assert.Contains("archive_mode = 'off'", automatic);
        Assert.Contains("restore_command = 'false'", automatic);
        Assert.Contains("recovery_target_name = 'before \"the\" deploy''s end'", automatic);
        Assert.Contains("recovery_target_timeline = '1'", automatic);
        Assert.Contains("recovery_target_action = 'promote'", automatic);
        Assert.True(File.Exists(folder.Inside("recovery.signal")));
        Assert.Contains("postgresql.conf: data_directory was put out of effect.", notes);
        Assert.Contains(notes, note => note.Contains("check listen_addresses", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.Contains("no pg_hba.conf", StringComparison.Ordinal));
        Assert.DoesNotContain(notes, note => note.Contains("work_mem", StringComparison.Ordinal));
    }
}
