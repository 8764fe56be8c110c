namespace Twilio.Base;

/// <summary>What a request says of a resource.</summary>
public interface IOptions<T>
    where T : Resource
{
    List<KeyValuePair<string, string>> GetParams();
}
