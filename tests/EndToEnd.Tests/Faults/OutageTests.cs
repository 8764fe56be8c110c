using System.Globalization;
using RecoveryOS.EndToEnd.Tests.Service;
using RecoveryOS.EndToEnd.Tests.Texts;

namespace RecoveryOS.EndToEnd.Tests.Faults;

[Collection(FaultCollection.Name)]
public sealed class OutageTests
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Stopped_database_is_a_503_and_passes_without_a_restart()
    {
        await using var ward = await Ward.OpenAsync();
        var (clinic, member) = await OpenAsync(ward);

        await ward.Postgres.StopAsync(immediate: false, TestContext.Current.CancellationToken);
        await AssertUnavailableAsync(clinic, member);
        await ward.Postgres.StartAsync(TestContext.Current.CancellationToken);

        await AssertRecoversAsync(ward, clinic, member);
    }

    [Fact]
    public async Task Killed_database_is_a_503_and_passes_without_a_restart()
    {
        await using var ward = await Ward.OpenAsync();
        var (clinic, member) = await OpenAsync(ward);

        await ward.Postgres.KillAsync(TestContext.Current.CancellationToken);
        await AssertUnavailableAsync(clinic, member);
        await ward.Postgres.StartAsync(TestContext.Current.CancellationToken);

        await AssertRecoversAsync(ward, clinic, member);
    }

    [Fact]
    public async Task Frozen_database_is_a_503_and_passes_without_a_restart()
    {
        await using var ward = await Ward.OpenAsync();
        var (clinic, member) = await OpenAsync(ward);

        ward.Freeze();
        await AssertUnavailableAsync(clinic, member);
        ward.Thaw();

        await AssertRecoversAsync(ward, clinic, member);
    }

    private static async Task<(Clinic Clinic, Guid Member)> OpenAsync(Ward ward)
    {
        var clinic = await ward.Service.Deployment.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        // The pool is warm: connections that were good are what an outage breaks.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => clinic.CheckInAsync(member, 0)));
        return (clinic, member);
    }

    private static async Task AssertUnavailableAsync(Clinic clinic, Guid member)
    {
        for (var round = 0; round < 2; round++)
        {
            Answer[] answers = await Task.WhenAll(
                InTimeAsync(clinic.Member(member).PostAsync(Clinic.CheckIns, Sample.CheckIn(member))),
                InTimeAsync(clinic.Member(member).GetAsync(Clinic.CheckIns)),
                InTimeAsync(clinic.Clinician.GetAsync(Clinic.Alerts)),
                InTimeAsync(clinic.Clinician.PostAsync(Clinic.Members, Sample.Member())),
                InTimeAsync(new TwilioSender(clinic.Deployment).PostToAsync(
                    $"{TwilioSender.StatusPath}?message={member}&attempt=1", TwilioSender.StatusFields("sent"))));
            Assert.All(answers, answer =>
            {
                answer.Is(503, "unavailable");
                Assert.InRange(int.Parse(answer.Header("Retry-After") ?? "", CultureInfo.InvariantCulture), 1, 60);
            });
        }

        var api = clinic.Deployment.Anonymous;
        (await InTimeAsync(api.GetAsync("/healthz"))).Is(200);
        Assert.Equal(
            """{"status":"unavailable","database":"unavailable","schema":"unknown","secrets":"ok","texts":"ok"}""",
            (await InTimeAsync(api.GetAsync("/readyz"))).Is(503).Text);
        (await InTimeAsync(api.GetAsync(Clinic.Alerts))).Is(401);
    }

    private static async Task AssertRecoversAsync(Ward ward, Clinic clinic, Guid member)
    {
        await ward.Service.WaitForAsync("/readyz", 200, ReadyLimit);
        await Poll.UntilAsync(
            async () => (await clinic.Member(member).PostAsync(Clinic.CheckIns, Sample.CheckIn(member))).Status == 201,
            "a check-in is taken",
            ReadyLimit);
    }

    private static async Task<Answer> InTimeAsync(Task<Answer> request)
    {
        var started = TimeProvider.System.GetTimestamp();
        var answer = await request;
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, AnswerLimit);
        return answer;
    }
}
