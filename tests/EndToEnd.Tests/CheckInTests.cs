using System.Text.Json;
using System.Text.RegularExpressions;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests;

public sealed class CheckInTests(ServiceFixture service)
{
    [Fact]
    public async Task Check_in_is_answered_whole()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        var answer = (await clinic.Member(member).PostAsync(
            Clinic.CheckIns, Sample.CheckIn(member).With("notes", "slept badly"))).Is(201);

        Assert.Equal($"/v1/check-ins/{answer.Id}", answer.Header("Location"));
        Assert.Equal("application/json; charset=utf-8", answer.ContentType);
        var createdAt = answer["created_at"].GetString() ?? "";
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$", createdAt);
        Assert.Equal(
            $$$"""
            {"id":"{{{answer.Id}}}","member_id":"{{{member}}}","adherence":80,"mood_trend":-2,"cravings":30,"sleep_hours":6.0,"isolation":40,"notes":"slept badly","channel":"api","created_at":"{{{createdAt}}}","risk":{"state":"insufficient_data","score":null,"band":null,"check_ins_needed":2,"model_version":"v0.1.0","factors":[],"reflection":"{{{answer["risk"].GetProperty("reflection").GetString()}}}","footer":"supportive information, not a diagnosis"}}
            """,
            answer.Text);
    }

    [Fact]
    public async Task Ids_are_of_version_7_and_in_order()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        Guid[] ids = [(await clinic.CheckInAsync(member, 1)).Id, (await clinic.CheckInAsync(member, 1)).Id];

        Assert.All(ids, id => Assert.Equal(7, id.Version));
        Assert.True(ids[0].CompareTo(ids[1]) < 0);
    }

    [Fact]
    public async Task Score_comes_with_the_third_check_in()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        var api = clinic.Member(member);

        List<JsonElement> risks = [];
        for (var i = 0; i < 3; i++)
            risks.Add((await api.PostAsync(Clinic.CheckIns, Sample.CheckIn(member))).Is(201)["risk"]);

        Assert.Equal(["insufficient_data", "insufficient_data", "ok"], risks.Select("state"));
        Assert.Equal(["2", "1", "0"], risks.Select("check_ins_needed"));
        Assert.Equal([null, null, "49"], risks.Select("score"));
        Assert.Equal([null, null, "elevated"], risks.Select("band"));
        Assert.Equal(
            """[{"name":"adherence","points":5},{"name":"mood_trend","points":6},{"name":"cravings","points":10},"""
            + """{"name":"sleep_hours","points":8},{"name":"isolation","points":20}]""",
            risks[2].GetProperty("factors").GetRawText());
    }

    [Theory]
    [InlineData(0, "low")]
    [InlineData(29, "low")]
    [InlineData(30, "elevated")]
    [InlineData(54, "elevated")]
    [InlineData(55, "moderate")]
    [InlineData(74, "moderate")]
    [InlineData(75, "high")]
    public async Task Band_follows_the_score(int points, string band)
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        var risk = (await clinic.CheckInAsync(member, 0, 0, points))["risk"];

        Assert.Equal(points, risk.GetProperty("score").GetInt32());
        Assert.Equal(band, risk.GetProperty("band").GetString());
    }

    [Theory]
    [InlineData(0, -10, 100, 0, 100, 100)]
    [InlineData(100, 10, 0, 24, 0, 0)]
    [InlineData(97, 0, 2, 7.8, 1, 0)]
    [InlineData(96, -1, 3, 7.7, 2, 7)]
    [InlineData(100, 0, 0, 7.5, 0, 2)]
    public async Task Score_is_floored_by_factor_and_clamped(
        int adherence, int moodTrend, int cravings, double sleepHours, int isolation, int score)
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        await clinic.CheckInAsync(member, 0, 0);

        var answer = await clinic.Member(member).PostAsync(
            Clinic.CheckIns, Sample.CheckIn(member, adherence, moodTrend, cravings, (decimal)sleepHours, isolation));

        Assert.Equal(score, answer.Is(201)["risk"].GetProperty("score").GetInt32());
    }

    [Theory]
    [InlineData("US", "en", @"\b988\b")]
    [InlineData("US", "es", @"\b988\b")]
    [InlineData("CA", "en", "9-8-8")]
    [InlineData("CA", "fr", "9-8-8")]
    [InlineData("GB", "en", @"\b999\b")]
    [InlineData("FR", "fr", @"\b112\b")]
    [InlineData("MX", "es", @"\b911\b")]
    public async Task High_band_carries_the_crisis_line_of_the_country(string country, string language, string line)
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync(country, language);

        var footer = (await clinic.CheckInAsync(member, 0, 0, 75))["risk"].GetProperty("footer").GetString() ?? "";

        Assert.Matches(new Regex(line), footer);
    }

    [Fact]
    public async Task Clinician_may_send_a_check_in_for_a_member()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        (await clinic.Clinician.PostAsync(Clinic.CheckIns, Sample.CheckIn(member))).Is(201);
    }

    [Fact]
    public async Task Notes_are_redacted_before_they_are_stored()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        var answer = await clinic.Member(member).PostAsync(
            Clinic.CheckIns, Sample.CheckIn(member).With("notes", "call +1 416 555 0123 or me@example.org"));

        Assert.Equal("call [phone] or [mail]", answer.Is(201)["notes"].GetString());
        Assert.Equal(
            ["call [phone] or [mail]"],
            await clinic.QueryAsync<string>("SELECT notes FROM check_ins WHERE account_id = $1"));
    }

    [Fact]
    public async Task Discharged_member_is_a_conflict()
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        (await clinic.Clinician.PatchAsync($"/v1/members/{member}", new System.Text.Json.Nodes.JsonObject
        {
            ["state"] = "discharged",
        })).Is(200);

        (await clinic.Member(member).PostAsync(Clinic.CheckIns, Sample.CheckIn(member))).Is(409, "conflict");
        Assert.Empty(await clinic.QueryAsync<Guid>("SELECT id FROM check_ins WHERE account_id = $1"));
    }
}
