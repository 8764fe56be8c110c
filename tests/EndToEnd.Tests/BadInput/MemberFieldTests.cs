using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.BadInput;

public sealed class MemberFieldTests(ServiceFixture service)
{
    public static TheoryData<string, string> WrongValues => new()
    {
        { "display_code", "null" },
        { "display_code", "\"\"" },
        { "display_code", "7" },
        { "display_code", $"\"{new string('x', 65)}\"" },
        { "display_code", "\"a\\u0000\"" },
        { "timezone", "\"Nowhere/Else\"" },
        { "timezone", "\"Eastern Standard Time\"" },
        { "timezone", "\"../../etc/passwd\"" },
        { "timezone", "\"\"" },
        { "phone", "\"\"" },
        { "phone", "\"5555550123\"" },
        { "phone", "\"+0555555012\"" },
        { "phone", "\"+1 555 555 0123\"" },
        { "phone", "\"+1555555\"" },
        { "phone", "\"+1234567890123456\"" },
        { "phone", "\"+١٥٥٥٥٥٥٠١٢٣\"" },
        { "phone", "15555550123" },
        { "country", "\"ca\"" },
        { "country", "\"XX\"" },
        { "country", "\"CAN\"" },
        { "language", "\"de\"" },
        { "language", "\"EN\"" },
        { "language", "1" },
        { "reminder_time", "\"24:00\"" },
        { "reminder_time", "\"9:30\"" },
        { "reminder_time", "\"09:30:00\"" },
        { "reminder_time", "930" },
        { "state", "\"gone\"" },
        { "state", "null" },
        { "phone_last4", "\"0123\"" },
        { "id", "\"01a207f2-3dd3-72d1-a29b-a974ccdc99e3\"" },
    };

    [Theory]
    [MemberData(nameof(WrongValues))]
    public async Task Wrong_value_is_refused_when_enrolling(string field, string value)
    {
        var clinic = await service.OpenClinicAsync();
        var body = Sample.Member().WithRaw(field, value);

        await clinic.LeavesNothingBehindAsync(async () =>
            (await clinic.Clinician.SendAsync(HttpMethod.Post, Clinic.Members, Api.Raw(body), [])).Names(field));
    }

    [Theory]
    [MemberData(nameof(WrongValues))]
    public async Task Wrong_value_is_refused_when_changing(string field, string value)
    {
        var clinic = await service.OpenClinicAsync();
        var path = $"/v1/members/{await clinic.EnrolAsync()}";

        await clinic.LeavesNothingBehindAsync(async () => (await clinic.Clinician.SendAsync(
            HttpMethod.Patch, path, Api.Raw($$"""{"{{field}}":{{value}}}"""), [])).Names(field));
    }

    [Theory]
    [InlineData("display_code")]
    [InlineData("timezone")]
    [InlineData("phone")]
    [InlineData("country")]
    [InlineData("language")]
    public async Task Missing_field_is_refused_by_its_name(string field)
    {
        var clinic = await service.OpenClinicAsync();

        await clinic.LeavesNothingBehindAsync(async () =>
            (await clinic.Clinician.PostAsync(Clinic.Members, Sample.Member().Without(field))).Names(field));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task Change_of_nothing_is_refused(string body)
    {
        var clinic = await service.OpenClinicAsync();
        var path = $"/v1/members/{await clinic.EnrolAsync()}";

        await clinic.LeavesNothingBehindAsync(async () =>
            (await clinic.Clinician.SendAsync(HttpMethod.Patch, path, Api.Raw(body), [])).Names("body"));
    }
}
