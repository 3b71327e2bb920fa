namespace TempoCos.StorageCost.Metering;

/// <summary>How IBM Cloud Object Storage bills a request (its documentation, page "Billing"); every attempt counts, whatever the answer.</summary>
public enum RequestClass
{
    /// <summary>PUT, COPY and POST, and every listing.</summary>
    A,

    /// <summary>GET of anything but a listing, HEAD and OPTIONS.</summary>
    B,

    /// <summary>DELETE.</summary>
    Free,
}
