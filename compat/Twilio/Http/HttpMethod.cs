namespace Twilio.Http;

/// <summary>An HTTP method.</summary>
public class HttpMethod(string method)
{
    public static readonly HttpMethod Get = new("GET");
    public static readonly HttpMethod Post = new("POST");

    private readonly string _method = method;

    public static implicit operator HttpMethod(string value) => new(value);

    public override bool Equals(object obj) => obj is HttpMethod other && other._method == _method;

    public override int GetHashCode() => _method.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _method;
}
