using System.Text;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.BadInput;

public sealed class BodyTests(ServiceFixture service)
{
    public static TheoryData<string> MalformedBodies =>
    [
        "",
        " ",
        "{",
        "}",
        "{} {}",
        "check-in",
        "{'adherence':80}",
        "{\"adherence\":80,}",
        "// comment\n{}",
        "{\"adherence\":080}",
        "{\"adherence\":+80}",
        "{\"adherence\":NaN}",
        "{\"adherence\":Infinity}",
        "{\"adherence\":0x50}",
        "{\"notes\":\"a\u0000b\"}",
        "{\"notes\":\"\\x\"}",
        "{\"notes\":\"a\nb\"}",
        "{\"adherence\":80,\"adherence\":80}",
        "{\"adherence\":80,\"\\u0061dherence\":10}",
        "{\"notes\":{\"a\":1,\"a\":2}}",
        string.Concat(Enumerable.Repeat("[", 17)) + string.Concat(Enumerable.Repeat("]", 17)),
        string.Concat(Enumerable.Repeat("{\"a\":", 30_000 / 5)),
    ];

    [Theory]
    [MemberData(nameof(MalformedBodies))]
    public async Task Body_that_is_not_JSON_is_malformed(string body) =>
        await RefusesAsync(Api.Raw(body), 400, "malformed_json");

    [Theory]
    [InlineData(new byte[] { 0x22, 0xff, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xc0, 0x80, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xed, 0xa0, 0x80, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xe2, 0x82, 0x22 })]
    [InlineData(new byte[] { 0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00 })]
    public async Task Invalid_UTF_8_is_malformed(byte[] body) =>
        await RefusesAsync(Api.Raw(body), 400, "malformed_json");

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"text\"")]
    public async Task JSON_that_is_no_object_is_invalid(string body) =>
        await RefusesAsync(Api.Raw(body), 400, "validation");

    [Fact]
    public async Task Deep_nesting_within_the_limit_is_only_invalid() => await RefusesAsync(
        Api.Raw("{\"notes\":" + new string('[', 14) + new string(']', 14) + "}"), 400, "validation");

    [Theory]
    [InlineData((64 * 1024) + 1, 413, "payload_too_large")]
    [InlineData(65 * 1024, 413, "payload_too_large")]
    [InlineData(5 * 1024 * 1024, 413, "payload_too_large")]
    [InlineData(64 * 1024, 400, "validation")]
    public async Task Body_has_64_KiB_at_most(int length, int status, string code) =>
        await RefusesAsync(Api.Raw(OfLength(length)), status, code);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/jsonp")]
    [InlineData("application")]
    [InlineData("")]
    public async Task Other_content_types_are_refused(string contentType)
    {
        var (clinic, member) = await OpenAsync();
        var content = Api.Raw(Sample.CheckIn(member).ToJsonString(), contentType);

        await clinic.RefusesAsync(clinic.Clinician, "POST", Clinic.CheckIns, content, 415, "unsupported_media_type");
    }

    [Fact]
    public async Task No_body_at_all_is_of_no_content_type() =>
        await RefusesAsync(null, 415, "unsupported_media_type");

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON;charset=\"UTF-8\"")]
    public async Task JSON_in_UTF_8_is_accepted(string contentType)
    {
        var (clinic, member) = await OpenAsync();

        (await clinic.Clinician.SendAsync(
            HttpMethod.Post, Clinic.CheckIns, Api.Raw(Sample.CheckIn(member).ToJsonString(), contentType), [])).Is(201);
    }

    [Theory]
    [InlineData("POST", "/v1/members")]
    [InlineData("PATCH", "/v1/members/{member}")]
    [InlineData("POST", "/v1/consents")]
    [InlineData("PATCH", "/v1/consents/{consent}")]
    [InlineData("PUT", "/v1/on-call")]
    public async Task Every_body_is_held_to_the_same_rules(string method, string path)
    {
        var place = await Place.OpenAsync(await service.OpenClinicAsync());
        var (clinic, target) = (place.Clinic, place.Fill(path));

        await clinic.RefusesAsync(clinic.Clinician, method, target, Api.Raw("{"), 400, "malformed_json");
        await clinic.RefusesAsync(
            clinic.Clinician, method, target, Api.Raw(OfLength(65 * 1024)), 413, "payload_too_large");
        await clinic.RefusesAsync(
            clinic.Clinician, method, target, Api.Raw("{}", "text/plain"), 415, "unsupported_media_type");
    }

    private static byte[] OfLength(int length) => Encoding.UTF8.GetBytes("{}".PadRight(length));

    private async Task RefusesAsync(HttpContent? content, int status, string code)
    {
        var (clinic, _) = await OpenAsync();
        await clinic.RefusesAsync(clinic.Clinician, "POST", Clinic.CheckIns, content, status, code);
    }

    private async Task<(Clinic Clinic, Guid Member)> OpenAsync()
    {
        var clinic = await service.OpenClinicAsync();
        return (clinic, await clinic.EnrolAsync());
    }
}
