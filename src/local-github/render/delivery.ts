import type { GitHub } from "../github.ts";
import type { Delivery } from "../world.ts";

/** One line of the list of deliveries. */
export function renderDeliveryItem(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

export function renderDelivery(github: GitHub, delivery: Delivery) {
  const app = github.data.apps.find((each) => each.id === delivery.appId);
  return {
    ...renderDeliveryItem(delivery),
    url: app?.webhookUrl ?? "",
    request: {
      headers: {
        "X-GitHub-Delivery": delivery.guid,
        "X-GitHub-Event": delivery.event,
        "content-type": "application/json",
      },
      payload: JSON.parse(delivery.payload) as unknown,
    },
    response: { headers: {}, payload: delivery.responseBody },
  };
}
