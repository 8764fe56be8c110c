using System.Text.Json;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class AlertTests(ServiceFixture service)
{
    [Fact]
    public async Task Move_into_the_high_band_opens_one_alert()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        await clinic.CheckInAsync(member, 0, 0, 75);

        var alert = Assert.Single((await clinic.Clinician.GetAsync(Clinic.Alerts)).Is(200).Data);
        Assert.Equal(
            ["id", "member_id", "kind", "severity", "status", "created_at", "acknowledged_at", "resolved_at"],
            alert.EnumerateObject().Select(field => field.Name));
        Assert.True(alert.IsOf(member));
        Assert.Equal(
            ["risk", "high", "open"],
            new[] { "kind", "severity", "status" }.Select(name => alert.GetProperty(name).GetString()));
        Assert.Equal(JsonValueKind.Null, alert.GetProperty("acknowledged_at").ValueKind);
        Assert.Equal(JsonValueKind.Null, alert.GetProperty("resolved_at").ValueKind);
    }

    [Theory]
    [InlineData(new[] { 75, 75 }, 0)]
    [InlineData(new[] { 0, 0, 74 }, 0)]
    [InlineData(new[] { 75, 75, 75 }, 1)]
    [InlineData(new[] { 0, 0, 75, 75, 75 }, 1)]
    [InlineData(new[] { 0, 0, 75, 74, 75 }, 2)]
    [InlineData(new[] { 0, 0, 75, 0, 75, 0, 75 }, 3)]
    public async Task Each_move_into_the_high_band_opens_another(int[] points, int alerts)
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        await clinic.CheckInAsync(member, points);

        Assert.Equal(alerts, (await clinic.Clinician.GetAsync(Clinic.Alerts)).Is(200).Data.Count);
    }

    [Fact]
    public async Task Many_high_check_ins_at_once_open_one_alert()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        await clinic.CheckInAsync(member, 0, 0);
        var api = clinic.Member(member);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            api.PostAsync(Clinic.CheckIns, Sample.CheckInOf(member, 75))));

        Assert.All(answers, answer => answer.Is(201));
        Assert.Single((await clinic.Clinician.GetAsync(Clinic.Alerts)).Is(200).Data);
    }

    [Fact]
    public async Task Replay_opens_no_alert()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        await clinic.CheckInAsync(member, 0, 0);
        foreach (var status in new[] { 201, 200 })
        {
            (await clinic.Member(member).PostAsync(
                Clinic.CheckIns, Sample.CheckInOf(member, 75), ("Idempotency-Key", "a"))).Is(status);
        }

        Assert.Single((await clinic.Clinician.GetAsync(Clinic.Alerts)).Is(200).Data);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("?status=open", 1)]
    [InlineData("?status=acknowledged", 1)]
    [InlineData("?status=resolved", 0)]
    [InlineData("?severity=high", 2)]
    [InlineData("?severity=critical", 0)]
    [InlineData("?status=open&severity=high", 1)]
    [InlineData("?status=open&severity=low", 0)]
    [InlineData("?limit=1", 1)]
    public async Task Alerts_are_filtered(string query, int rows)
    {
        var clinic = await service.OpenClinicAsync();
        await clinic.AlertAsync();
        var (_, alert) = await clinic.AlertAsync();
        (await clinic.Clinician.PostAsync($"/v1/alerts/{alert}/acknowledge", null)).Is(200);

        Assert.Equal(rows, (await clinic.Clinician.GetAsync(Clinic.Alerts + query)).Is(200).Data.Count);
    }

    [Fact]
    public async Task Alerts_are_newest_first_in_pages()
    {
        var clinic = await service.OpenClinicAsync();
        List<Guid> alerts = [];
        for (var i = 0; i < 3; i++)
            alerts.Add((await clinic.AlertAsync()).Alert);

        var first = (await clinic.Clinician.GetAsync(Clinic.Alerts + "?limit=2")).Is(200);
        var second = (await clinic.Clinician.GetAsync($"{Clinic.Alerts}?limit=2&cursor={first["next_cursor"]}"))
            .Is(200);

        Assert.Equal(
            Enumerable.Reverse(alerts), first.Data.Concat(second.Data).Select(row => row.GetProperty("id").GetGuid()));
        Assert.Null(second["next_cursor"].GetString());
    }

    [Fact]
    public async Task Alert_goes_from_open_over_acknowledged_to_resolved()
    {
        var clinic = await service.OpenClinicAsync();
        var (_, alert) = await clinic.AlertAsync();

        var acknowledged = (await clinic.Clinician.PostAsync($"/v1/alerts/{alert}/acknowledge", null)).Is(200);
        var resolved = (await clinic.Clinician.PostAsync($"/v1/alerts/{alert}/resolve", null)).Is(200);

        Assert.Equal("acknowledged", acknowledged["status"].GetString());
        Assert.Equal("resolved", resolved["status"].GetString());
        Assert.Equal(acknowledged["acknowledged_at"].GetString(), resolved["acknowledged_at"].GetString());
        Assert.NotNull(resolved["resolved_at"].GetString());
    }

    [Theory]
    [InlineData("acknowledge")]
    [InlineData("acknowledge", "resolve")]
    public async Task Move_that_is_done_again_changes_nothing(params string[] moves)
    {
        var clinic = await service.OpenClinicAsync();
        var (_, alert) = await clinic.AlertAsync();
        Answer? done = null;
        foreach (var move in moves)
            done = (await clinic.Clinician.PostAsync($"/v1/alerts/{alert}/{move}", null)).Is(200);
        var before = await clinic.CountRowsAsync();

        var again = (await clinic.Clinician.PostAsync($"/v1/alerts/{alert}/{moves[^1]}", null)).Is(200);

        Assert.Equal(done?.Text, again.Text);
        Assert.Equal(before, await clinic.CountRowsAsync());
    }

    [Theory]
    [InlineData("resolve")]
    [InlineData("acknowledge", "resolve", "acknowledge")]
    public async Task Move_out_of_order_is_a_conflict(params string[] moves)
    {
        var clinic = await service.OpenClinicAsync();
        var (_, alert) = await clinic.AlertAsync();
        foreach (var move in moves[..^1])
            (await clinic.Clinician.PostAsync($"/v1/alerts/{alert}/{move}", null)).Is(200);
        var before = await clinic.CountRowsAsync();

        (await clinic.Clinician.PostAsync($"/v1/alerts/{alert}/{moves[^1]}", null)).Is(409, "conflict");
        Assert.Equal(before, await clinic.CountRowsAsync());
    }
}
