using RecoveryOS.EndToEnd.Tests.Faults;
using RecoveryOS.Testing;

namespace RecoveryOS.EndToEnd.Tests.Texts;

[Collection(FaultCollection.Name)]
public sealed class TextCrashTests(ITestOutputHelper output)
{
    private static readonly int Kills = LongRun.Or(10, 100);
    private static readonly int SecondsAway = LongRun.Or(5, 60);

    [Fact]
    public async Task Killed_service_and_killed_database_lose_double_and_reorder_no_text()
    {
        await using var ward = await OpenAsync();
        var load = await TextLoad.StartAsync(new(await ward.Service.Deployment.OpenClinicAsync()));

        for (var kill = 0; kill < Kills; kill++)
        {
            await load.AcceptMoreAsync(Random.Shared.Next(1, 40));
            await KillAsync(ward, kill);
        }

        await ward.Service.WaitForAsync("/readyz", 200, TimeSpan.FromSeconds(30));
        await load.AssertKeptAsync(ward.Service);
        output.WriteLine($"{Kills} kills, {load.Accepted} texts, {load.Refused} tries again");
    }

    [Fact]
    public async Task Texts_of_a_time_without_a_database_are_all_answered_and_taken_in_once_and_in_order()
    {
        await using var ward = await OpenAsync();
        var load = await TextLoad.StartAsync(new(await ward.Service.Deployment.OpenClinicAsync()), perSecond: 20);
        await load.AcceptMoreAsync(20);

        await ward.Postgres.KillAsync(TestContext.Current.CancellationToken);
        var before = load.Accepted;
        await load.AcceptMoreAsync(20 * SecondsAway);
        var kept = Directory.GetFiles(ward.Service.SpoolFolder, "*.text").Length;
        await ward.Postgres.StartAsync(TestContext.Current.CancellationToken);
        await load.AcceptMoreAsync(40);

        await ward.Service.WaitForAsync("/readyz", 200, TimeSpan.FromSeconds(30));
        await load.AssertKeptAsync(ward.Service);
        Assert.InRange(kept, (20 * SecondsAway) - 20, int.MaxValue);
        Assert.Equal(0, load.Refused);
        output.WriteLine(
            $"{load.Accepted - before} texts since the kill, {kept} of them waited, {load.Accepted} in all");
    }

    private static Task<Ward> OpenAsync() => Ward.OpenAsync(("Schedules__DrainSpool", "* * * * * *"));

    private static async Task KillAsync(Ward ward, int kill)
    {
        if (kill % 2 == 0)
        {
            await ward.Service.CrashAsync();
            return;
        }

        await ward.Postgres.KillAsync(TestContext.Current.CancellationToken);
        await ward.Postgres.StartAsync(TestContext.Current.CancellationToken);
    }
}
