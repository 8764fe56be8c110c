using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.BadInput;

public sealed class CheckInFieldTests(ServiceFixture service)
{
    [Theory]
    [InlineData("member_id", "null")]
    [InlineData("member_id", "7")]
    [InlineData("member_id", "\"\"")]
    [InlineData("member_id", "\"not a uuid\"")]
    [InlineData("member_id", "\"{01a207f2-3dd3-72d1-a29b-a974ccdc99e3}\"")]
    [InlineData("member_id", "\"01a207f23dd372d1a29ba974ccdc99e3\"")]
    [InlineData("adherence", "null")]
    [InlineData("adherence", "-1")]
    [InlineData("adherence", "101")]
    [InlineData("adherence", "80.5")]
    [InlineData("adherence", "80.0")]
    [InlineData("adherence", "\"80\"")]
    [InlineData("adherence", "true")]
    [InlineData("adherence", "[80]")]
    [InlineData("adherence", "{}")]
    [InlineData("adherence", "99999999999999999999")]
    [InlineData("adherence", "1e400")]
    [InlineData("mood_trend", "-11")]
    [InlineData("mood_trend", "11")]
    [InlineData("mood_trend", "\"NaN\"")]
    [InlineData("cravings", "-1")]
    [InlineData("cravings", "101")]
    [InlineData("cravings", "false")]
    [InlineData("sleep_hours", "-0.1")]
    [InlineData("sleep_hours", "24.1")]
    [InlineData("sleep_hours", "7.55")]
    [InlineData("sleep_hours", "7.000001")]
    [InlineData("sleep_hours", "\"7\"")]
    [InlineData("sleep_hours", "1e999")]
    [InlineData("sleep_hours", "\"Infinity\"")]
    [InlineData("isolation", "-1")]
    [InlineData("isolation", "101")]
    [InlineData("isolation", "2147483648")]
    [InlineData("notes", "7")]
    [InlineData("notes", "[\"a\"]")]
    [InlineData("notes", "\"a\\u0000b\"")]
    [InlineData("notes", "\"a\\u0007b\"")]
    [InlineData("notes", "\"\\ud800\"")]
    [InlineData("surprise", "1")]
    [InlineData("id", "\"01a207f2-3dd3-72d1-a29b-a974ccdc99e3\"")]
    [InlineData("Adherence", "80")]
    public async Task Wrong_value_is_refused_by_its_field(string field, string value)
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        var body = Sample.CheckIn(member).WithRaw(field, value);

        await clinic.LeavesNothingBehindAsync(async () =>
            (await clinic.Clinician.SendAsync(HttpMethod.Post, Clinic.CheckIns, Api.Raw(body), [])).Names(field));
    }

    [Theory]
    [InlineData("member_id")]
    [InlineData("adherence")]
    [InlineData("mood_trend")]
    [InlineData("cravings")]
    [InlineData("sleep_hours")]
    [InlineData("isolation")]
    public async Task Missing_field_is_refused_by_its_name(string field)
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        await clinic.LeavesNothingBehindAsync(async () =>
            (await clinic.Clinician.PostAsync(Clinic.CheckIns, Sample.CheckIn(member).Without(field))).Names(field));
    }

    [Fact]
    public async Task All_wrong_fields_are_named_at_once()
    {
        var clinic = await service.OpenClinicAsync();

        var answer = await clinic.Clinician.PostAsync(
            Clinic.CheckIns, new System.Text.Json.Nodes.JsonObject { ["notes"] = 1 });

        Assert.Equal(
            ["member_id", "adherence", "mood_trend", "cravings", "sleep_hours", "isolation", "notes"],
            answer.IsProblem(400, "validation")["errors"].EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData(500, 201)]
    [InlineData(501, 400)]
    public async Task Notes_are_measured_in_characters_and_not_in_bytes(int length, int status)
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();
        var notes = string.Concat(Enumerable.Repeat("🙂", length));

        (await clinic.Clinician.PostAsync(Clinic.CheckIns, Sample.CheckIn(member).With("notes", notes))).Is(status);
    }

    [Theory]
    [InlineData("adherence", "0")]
    [InlineData("mood_trend", "-10")]
    [InlineData("mood_trend", "10")]
    [InlineData("sleep_hours", "24")]
    [InlineData("sleep_hours", "7.50")]
    [InlineData("notes", "null")]
    [InlineData("notes", "\"\"")]
    [InlineData("notes", "\"two\\nlines\\tand a tab\"")]
    public async Task Value_at_its_border_is_accepted(string field, string value)
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        (await clinic.Clinician.SendAsync(
            HttpMethod.Post, Clinic.CheckIns, Api.Raw(Sample.CheckIn(member).WithRaw(field, value)), [])).Is(201);
    }

    [Theory]
    [InlineData("7.00000000000000000000000000000001")]
    [InlineData("1e-30")]
    public async Task Sleep_with_very_many_decimals_is_refused(string value)
    {
        var clinic = await service.OpenClinicAsync();
        var member = await clinic.EnrolAsync();

        (await clinic.Clinician.SendAsync(
            HttpMethod.Post, Clinic.CheckIns, Api.Raw(Sample.CheckIn(member).WithRaw("sleep_hours", value)),
            [])).Is(400);
    }
}
