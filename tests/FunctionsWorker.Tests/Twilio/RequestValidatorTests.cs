using System.Collections.Specialized;
using System.Globalization;
using Twilio.Security;

namespace FunctionsWorker.Tests.Twilio;

/// <summary>The known vectors of Twilio's own libraries, and the quirks of twilio-csharp 7.14.9.</summary>
public sealed class RequestValidatorTests
{
    private const string Url = "https://mycompany.com/myapp.php?foo=1&bar=2";
    private const string Signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
    private const string SignatureWith443 = "kvajT1Ptam85bY51eRf/AJRuM3w=";
    private const string SignatureWith1234 = "CYn1h0gLBdNxDGkKJg6hYohgeD8=";
    private const string HttpSignature = "OyGYPqTF6ztdbRNCvuQO/oPvqQ4=";
    private const string HttpSignatureWith80 = "0ZXoZLH/DfblKGATFgpif+LLRf4=";
    private const string Json = """{"property": "value", "boolean": true}""";
    private const string JsonHash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
    private const string JsonUrl = $"{Url}&bodySHA256={JsonHash}";
    private const string JsonSignature = "a9nBmqA0ju/hNViExpshrM61xv4=";

    private readonly RequestValidator _validator = new("12345");

    private readonly Dictionary<string, string> _parameters = new()
    {
        ["To"] = "+18005551212",
        ["Digits"] = "1234",
        ["CallSid"] = "CA1234567890ABCDE",
        ["From"] = "+14158675309",
        ["Caller"] = "+14158675309",
    };

    [Theory]
    [InlineData("https://mycompany.com", Signature)]
    [InlineData("https://mycompany.com", SignatureWith443)]
    [InlineData("https://mycompany.com:443", SignatureWith443)]
    [InlineData("https://mycompany.com:1234", SignatureWith1234)]
    [InlineData("https://mycompany.com:1234", Signature)]
    [InlineData("http://mycompany.com", HttpSignature)]
    [InlineData("http://mycompany.com", HttpSignatureWith80)]
    [InlineData("http://mycompany.com:80", HttpSignatureWith80)]
    public void Signature_is_accepted_with_and_without_the_port(string host, string signature) =>
        Assert.True(_validator.Validate($"{host}/myapp.php?foo=1&bar=2", _parameters, signature));

    [Theory]
    [InlineData("https://mycompany.com/myapp.php?bar=2&foo=1")]
    [InlineData("https://mycompany.com/myapp.php/?foo=1&bar=2")]
    [InlineData("https://MyCompany.com/myapp.php?foo=1&bar=2")]
    [InlineData("http://mycompany.com/myapp.php?foo=1&bar=2")]
    [InlineData("https://mycompany.com/myapp.php?foo=1&bar=2#ct=1500")]
    public void Any_other_url_is_refused(string url) => Assert.False(_validator.Validate(url, _parameters, Signature));

    [Theory]
    [InlineData("https://MyCompany.com/status")]
    [InlineData("HTTPS://mycompany.com/status")]
    [InlineData("https://MyCompany.com:8443/status")]
    public void Case_of_the_url_is_kept_when_the_port_is_varied(string url)
    {
        var end = url.IndexOf('/', 8);
        var varied = url.Contains(":8443", StringComparison.Ordinal)
            ? url.Replace(":8443", "", StringComparison.Ordinal) : url.Insert(end, ":443");

        Assert.True(_validator.Validate(url, [], Sign(varied)));
    }

    [Theory]
    [InlineData("rsoydt4t1cutdk1pdd93/vvr8b8=")]
    [InlineData("RSOYDt4T1cUTdK1PDd93/VVr8B8")]
    [InlineData("garbage")]
    [InlineData("ü")]
    [InlineData(" ")]
    public void Any_other_signature_is_refused(string signature) =>
        Assert.False(_validator.Validate(Url, _parameters, signature));

    [Fact]
    public void Another_token_is_refused() =>
        Assert.False(new RequestValidator("12346").Validate(Url, _parameters, Signature));

    [Fact]
    public void Missing_changed_or_added_parameter_is_refused()
    {
        Assert.False(_validator.Validate(Url, Without("Digits"), Signature));
        Assert.False(_validator.Validate(Url, With("Digits", "1235"), Signature));
        Assert.False(_validator.Validate(Url, With("digits", ""), Signature));
    }

    [Fact]
    public void Empty_value_still_counts_by_its_name() =>
        Assert.True(
            _validator.Validate(
                "https://h.example/x", new Dictionary<string, string> { ["A"] = "" }, Sign("https://h.example/xA")));

    [Fact]
    public void Names_are_sorted_by_their_bytes() => Assert.True(_validator.Validate(
        "https://h.example/x",
        new Dictionary<string, string> { ["b"] = "1", ["a"] = "2", ["B"] = "3", ["Ü"] = "4" },
        Sign("https://h.example/xB3a2b1Ü4")));

    [Fact]
    public void Repeated_parameter_is_joined_with_a_comma()
    {
        var parameters = new NameValueCollection { { "A", "a1" }, { "A", "a2" } };

        Assert.True(_validator.Validate("https://h.example/x", parameters, "DTuwG+uiwO0sEgBNSTrcgeus4pI="));
        Assert.False(_validator.Validate("https://h.example/x", parameters, "CckPguMq0C+gsClZCBojoJVZE10="));
    }

    [Fact]
    public void Json_body_is_checked_by_its_hash_in_the_url()
    {
        Assert.True(_validator.Validate(JsonUrl, Json, JsonSignature));
        Assert.False(
            _validator.Validate(JsonUrl, Json.Replace("true", "false", StringComparison.Ordinal), JsonSignature));
        Assert.False(_validator.Validate(JsonUrl, Json.Replace(": ", ":", StringComparison.Ordinal), JsonSignature));
        Assert.False(_validator.Validate(Url, Json, Signature));
    }

    [Fact]
    public void Json_url_without_a_hash_is_refused() => Assert.False(_validator.Validate(Url, Json, Sign(Url)));

    [Fact]
    public void Body_hash_is_lower_case_hex()
    {
        Assert.True(RequestValidator.ValidateBody(Json, JsonHash));
        Assert.False(RequestValidator.ValidateBody(Json, JsonHash.ToUpper(CultureInfo.InvariantCulture)));
        Assert.False(RequestValidator.ValidateBody(Json, ""));
        Assert.False(RequestValidator.ValidateBody(Json, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Absent_signature_throws(string? signature)
    {
        Assert.Throws<ArgumentException>(() => _validator.Validate(Url, _parameters, signature));
        Assert.Throws<ArgumentException>(() => _validator.Validate(Url, Json, signature));
    }

    [Fact]
    public void Absent_url_throws() =>
        Assert.Throws<ArgumentException>(() => _validator.Validate("", _parameters, Signature));

    [Fact]
    public void Body_hash_without_a_value_throws() =>
        Assert.Throws<IndexOutOfRangeException>(() => _validator.Validate($"{Url}&bodySHA256", Json, Signature));

    private static string Sign(string data) => Convert.ToBase64String(
        System.Security.Cryptography.HMACSHA1.HashData("12345"u8, System.Text.Encoding.UTF8.GetBytes(data)));

    private Dictionary<string, string> With(string name, string value) => new(_parameters) { [name] = value };

    private Dictionary<string, string> Without(string name) =>
        _parameters.Where(parameter => parameter.Key != name).ToDictionary();
}
