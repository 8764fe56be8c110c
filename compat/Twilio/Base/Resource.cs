namespace Twilio.Base;

/// <summary>Something that the API knows.</summary>
public abstract class Resource
{
    protected Resource()
    {
    }
}
